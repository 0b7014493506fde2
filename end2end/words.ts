// What people read on the page, as far as the tests look for it by name. Two languages, one shape.

export interface Words {
  /** The doorway's field and button. */
  enterName: RegExp;
  enter: RegExp;
  leave: RegExp;
  blankName: RegExp;
  longName: RegExp;
  takenName: RegExp;
  /** The composer of a room. */
  composer: RegExp;
  send: RegExp;
  longText: RegExp;
  conversation: RegExp;
  pending: RegExp;
  here: (count: number) => RegExp;
  reconnecting: RegExp;
  /** Rooms. */
  rooms: RegExp;
  createRoom: RegExp;
  create: RegExp;
  roomName: RegExp;
  topic: RegExp;
  save: RegExp;
  takenRoom: RegExp;
  roomSettings: RegExp;
  archive: RegExp;
  restore: RegExp;
  archived: RegExp;
  join: RegExp;
}
