//! 한국어.

use super::{Particle, Words};
use crate::client::Day;
use crate::protocol::{Failure, Field, Millis, Op, Reason, Role};

pub(super) static WORDS: Words = Words {
    acts: &super::acts::KO,
    presence: &super::presence::KO,
    skip: "본문으로 건너뛰기",
    close: "닫기",
    cancel: "그만두기",
    save: "저장하기",
    failure,
    heed: &super::heed::KO,

    spaces: "공간",
    room_list: "방 목록",
    rooms: "방",
    joinable: "들어갈 수 있는 방",
    archived_rooms: "보관한 방",
    add_space: "공간 더하기",
    space_menu: "공간 메뉴",
    space_people: "사람들",
    invites: "초대",
    reports: "신고",
    audit: "관리 기록",
    space_settings: "공간 설정",
    browse: "방 둘러보기",
    direct_rooms: "개인 대화",
    start_direct: "대화 시작하기",
    muted: "알림 끔",
    here: |n| format!("지금 {n}명"),
    unread: |n| format!("새 글 {n}개"),
    mentions: |n| format!("나를 부른 글 {n}개"),
    create_room: "방 만들기",
    create_room_text: "이야기 하나에 방 하나면 찾기 쉬워요.",
    room_name: "방 이름",
    topic: "주제",
    optional: "선택",
    topic_placeholder: "무슨 이야기를 나누는 방인가요?",
    room_kind: "누가 들어오나요?",
    kind_public: "공간의 누구나",
    kind_private: "초대받은 사람만",
    kind_announcement: "누구나 읽고, 도우미만 써요",
    choose_room: "어느 방으로 갈까요?",
    choose_room_text: "목록에서 방을 고르면 여기에서 열려요.",

    back_to_rooms: "방 목록으로",
    room_menu: "방 메뉴",
    edit_room: "이름과 주제 고치기",
    room_settings: "사람들과 방 설정",
    invite: "이 방으로 초대하기",
    rename: "이름 바꾸기",
    set_topic: "주제 바꾸기",
    archive: "방 보관하기",
    restore: "방 되살리기",
    leave: "방 나가기",
    people: "사람들",
    show_people: "사람들 보기",
    people_list: "사람 목록",
    nobody_here: "지금은 아무도 없어요.",
    is_here: "접속 중",
    you: "나",
    others: |n| format!("외 {n}명"),

    reconnecting: |waiting| match waiting {
        0 => "다시 잇는 중이에요…".to_owned(),
        n => format!("다시 잇는 중이에요… 글 {n}개가 보내기를 기다려요"),
    },
    offline: "인터넷이 끊겼어요. 쓰신 글은 여기 두었다가 보낼게요",
    back: |missed| match missed {
        0 => "다시 이어졌어요".to_owned(),
        n => format!("다시 이어졌어요. 놓친 글 {n}개를 불러왔어요"),
    },
    plain: "조금 느린 연결로 바꿨어요. 글은 그대로 오가요",
    why_plain: "왜 그런가요?",
    signed_out: "여기서는 나간 상태예요. 다시 들어오면 이어서 쓸 수 있어요",
    try_now: "지금 다시 잇기",
    enter_again: "다시 들어가기",

    conversation: |room| format!("{room} 대화"),
    older: "지난 글 보기",
    fetching_older: "지난 글을 불러오는 중이에요…",
    beginning: |room| format!("여기서 “{room}” 방이 시작됐어요"),
    empty_title: "첫 글을 기다려요",
    empty_text: "방석은 깔아 두었어요. 인사 한마디로 시작해 볼까요?",
    pending: "보내는 중…",
    failed: "보내지 못했어요. 글은 그대로 있어요.",
    retry: "다시 보내기",
    discard: "지우기",
    gone: "지운 글이에요",
    message_actions: "메시지 동작",
    react_with: |emoji| format!("{emoji} 반응 달기"),
    reactions: "반응",
    edit: "고치기",
    edit_message: "글 고치기",
    edit_again: "다시 고치기",
    edited: "(수정됨)",
    edited_at: |time| format!("{time}에 고쳤어요"),
    delete: "지우기",
    delete_title: "이 글을 지울까요?",
    delete_text: "모두에게서 사라지고, 되돌릴 수 없어요.",
    report: "신고하기",
    not_edited: "고치지 못했어요. 쓰신 글은 그대로 있어요.",
    not_deleted: "지우지 못했어요.",
    not_reacted: "반응을 달지 못했어요.",
    newest: "맨 아래로",
    time,
    day,
    jumps: &super::jumps::KO,
    did,
    joined: |others| format!("{}이 들어왔어요", and(others)),
    left: |others| format!("{}이 나갔어요", and(others)),
    moved: |others| format!("{}이 드나들었어요", and(others)),
    changed: |others, n| format!("{} · 방 소식 {n}개", and(others)),

    compose_more: &super::compose::KO,
    compose: "글쓰기",
    compose_in: |room| format!("{room}에 글 남기기"),
    compose_to: |name| format!("{name} 님과의 대화에 글 남기기"),
    send: "보내기",
    key_send: "보내기",
    key_newline: "줄바꿈",
    room_left: |n| format!("{n}자 더 쓸 수 있어요"),
    too_much: |n| format!("{n}자 넘었어요. 나누어 보내 주세요"),
    join_to_write: "이 방에 들어오면 글을 쓸 수 있어요.",
    join: "이 방에 들어가기",
    no_more_in: "이제 이 방에 있지 않아요. 다시 들어오면 글을 쓸 수 있어요.",
    few_write: "도우미와 지기만 글을 쓰는 방이에요. 반응은 달 수 있어요.",
    slow: |n| format!("천천히 이야기하는 방이에요. 글 사이에 {n}초를 기다려요."),
    archived: "보관한 방이라 읽을 수만 있어요.",

    language: "언어",
    settings: "설정",
    me: "나와 화면 설정",
    role: role_name,
    theme: "화면 밝기",
    theme_auto: "기기 따라",
    theme_light: "밝게",
    theme_dark: "어둡게",
    density: "글 모양",
    bubbles: "말풍선",
    compact: "촘촘하게",
    sign_out: "나가기",
    sign_out_warning: "손님은 이 브라우저에서만 이 이름을 쓸 수 있어요. 나가면 같은 이름으로 돌아올 수 없어요.",

    not_found: "이 방은 여기 없어요",
    not_found_text: "주소가 바뀌었거나 방이 닫혔을 수 있어요. 마루에서 다시 시작해요.",
    to_the_hall: "마루로 가기",
    shut_room: "이 방에서 나가게 되었어요",
    shut_room_text: "방을 돌보는 분이 내보냈거나, 이 방을 닫았을 수 있어요. 쓰던 글은 이 브라우저에 그대로 있어요.",
    other_rooms: "다른 방으로 가기",
    shut_space: "이 공간에서 나가게 되었어요",
    shut_space_text: "공간을 돌보는 분이 내보냈을 수 있어요. 쓰던 글은 이 브라우저에 그대로 있어요.",
    other_space: "다른 공간으로 가기",
    broken: "지금은 열 수 없어요",
    try_again: "다시 해 보기",
    way: &super::way::KO,
    prose: &super::prose::KO,
};

/// ` 님`, or ` 님 외 3명`.
fn and(others: usize) -> String {
    match others {
        0 => " 님".to_owned(),
        n => format!(" 님 외 {n}명"),
    }
}

fn time(hour: u8, minute: u8) -> String {
    let half = if hour < 12 { "오전" } else { "오후" };
    format!("{half} {}:{minute:02}", (hour + 11) % 12 + 1)
}

fn day(day: Day, with_year: bool) -> String {
    let weekday = ["일", "월", "화", "수", "목", "금", "토"][usize::from(day.weekday % 7)];
    let year = if with_year { format!("{}년 ", day.year) } else { String::new() };
    format!("{year}{}월 {}일 {weekday}요일", day.month, day.day)
}

fn did(op: &Op) -> String {
    match op {
        Op::Create { .. } => " 님이 방을 만들었어요".to_owned(),
        Op::Join => " 님이 들어왔어요".to_owned(),
        Op::Added { by } => format!(" 님을 {by} 님이 데려왔어요"),
        Op::Leave => " 님이 나갔어요".to_owned(),
        Op::Removed { by } => format!(" 님을 {by} 님이 내보냈어요"),
        Op::Role { role, by } => {
            let role = role_name(*role);
            format!(" 님이 {by} 님 덕분에 {role}{} 되었어요", Particle::Subject.after(role))
        }
        Op::Rename { name } => {
            format!(" 님이 방 이름을 “{name}”{} 바꿨어요", Particle::Toward.after(name))
        }
        Op::Topic { topic } if topic.is_empty() => " 님이 방 주제를 지웠어요".to_owned(),
        Op::Topic { topic } => {
            format!(" 님이 방 주제를 “{topic}”{} 바꿨어요", Particle::Toward.after(topic))
        }
        Op::Archive { on: true } => " 님이 방을 보관했어요".to_owned(),
        Op::Archive { on: false } => " 님이 방을 되살렸어요".to_owned(),
        Op::Message { .. }
        | Op::Edit { .. }
        | Op::Delete { .. }
        | Op::React { .. }
        | Op::Gone
        | Op::Unknown => " 님이 방에 무언가를 남겼어요".to_owned(),
    }
}

/// What a role is called.
pub(super) fn role_name(role: Role) -> &'static str {
    match role {
        Role::Guest => "손님",
        Role::Member => "구성원",
        Role::Moderator => "도우미",
        Role::Owner => "지기",
    }
}

fn failure(failure: &Failure) -> String {
    match failure {
        Failure::SignedOut => "나간 상태예요. 다시 들어와 주세요.".to_owned(),
        Failure::ForeignOrigin => {
            "다른 곳에서 온 요청이라 받지 않았어요. 이 페이지를 새로 열어 주세요.".to_owned()
        }
        Failure::NotFound => "찾는 것이 여기 없어요.".to_owned(),
        Failure::Forbidden => "여기서 그 일은 할 수 없어요. 방을 만든 분에게 부탁해 보세요.".to_owned(),
        Failure::Invalid { field, reason } => invalid(*field, *reason),
        Failure::Taken { field } => {
            let field = noun(*field);
            format!(
                "다른 분이 쓰고 있는 {field}{}. 다른 {field}{} 골라 주세요.",
                copula(field),
                Particle::Object.after(field)
            )
        }
        Failure::TooLarge { limit } => format!("너무 길어요. {limit}자까지 보낼 수 있어요."),
        Failure::Conflict => "이미 보낸 글과 겹쳐요. 다시 보내면 새 글로 갈 거예요.".to_owned(),
        Failure::LastOwner => "지기가 한 분은 있어야 해요. 먼저 다른 분을 지기로 정해 주세요.".to_owned(),
        Failure::Archived => "보관한 방이라 더 쓸 수 없어요.".to_owned(),
        Failure::RateLimited { retry_ms } => {
            format!("조금 빨라요. {}초 뒤에 다시 해 주세요.", seconds(*retry_ms))
        }
        Failure::Unavailable { retry_ms } => {
            format!("서버가 잠시 쉬고 있어요. {}초 뒤에 다시 해 주세요.", seconds(*retry_ms))
        }
        Failure::BadFrame { .. } => {
            "요청을 읽지 못했어요. 다시 해 보고, 그래도 안 되면 새로 열어 주세요.".to_owned()
        }
        Failure::Unknown => "서버가 아직 모르는 일이에요. 페이지를 새로 열어 주세요.".to_owned(),
        Failure::Internal { request } => {
            format!("서버에 문제가 생겼어요. 잠시 뒤에 다시 해 주세요. (번호 {request})")
        }
        Failure::Unreachable => "서버에 닿지 못했어요. 인터넷을 확인하고 다시 해 주세요.".to_owned(),
        Failure::Other => "할 수 없었어요. 페이지를 새로 열면 될 수 있어요.".to_owned(),
    }
}

fn invalid(field: Field, reason: Reason) -> String {
    let noun = noun(field);
    match reason {
        Reason::Empty => {
            format!("{noun}{} 비어 있어요. 한 글자라도 적어 주세요.", Particle::Subject.after(noun))
        }
        Reason::TooLong(limit) => format!("{noun}{} {limit}자까지예요.", Particle::Topic.after(noun)),
        Reason::Unshowable => {
            format!("{noun}에 보여 줄 수 없는 글자가 있어요. 그 글자를 빼고 다시 해 주세요.")
        }
        Reason::TooShort(limit) => format!("{noun}{} {limit}자부터예요.", Particle::Topic.after(noun)),
        Reason::Common => "누구나 짐작할 만해요. 다른 것을 골라 주세요.".to_owned(),
        Reason::MixedScript => "서로 다른 문자가 섞여 있어요. 한 가지로 적어 주세요.".to_owned(),
        Reason::Reserved => "쓸 수 없는 이름이에요. 다른 이름을 골라 주세요.".to_owned(),
        Reason::Wrong => format!("{noun}{} 맞지 않아요.", Particle::Subject.after(noun)),
        Reason::Malformed => format!("{noun}{} 다시 살펴봐 주세요.", Particle::Object.after(noun)),
        Reason::NotAnImage => "PNG, JPEG, WebP, GIF 그림만 받아요.".to_owned(),
        Reason::TooBig => "그림이 너무 커요. 5MB까지 받아요.".to_owned(),
        Reason::Last => format!("{noun}{} 한 명은 있어야 해요.", Particle::Topic.after(noun)),
        Reason::Oneself => "자기 자신에게는 할 수 없어요.".to_owned(),
        Reason::TooMany(limit) => format!("{limit}까지예요."),
    }
}

fn noun(field: Field) -> &'static str {
    match field {
        Field::Name => "이름",
        Field::RoomName => "방 이름",
        Field::Topic => "주제",
        Field::Slug => "주소",
        Field::Text => "글",
        Field::Emoji => "이모지",
        Field::SignIn => "이름이나 비밀번호",
        Field::Password => "비밀번호",
        Field::Current => "지금 비밀번호",
        Field::Email => "이메일",
        Field::Display => "보이는 이름",
        Field::Status => "상태",
        Field::Face => "그림",
        Field::Admin => "서버 관리자",
        Field::SpaceName => "공간 이름",
        Field::Glyph => "공간 표시",
        Field::Note => "메모",
        Field::People => "사람",
        Field::Number => "수",
        Field::Day => "날짜",
    }
}

/// 이에요/예요
fn copula(noun: &str) -> &'static str {
    match Particle::Subject.after(noun) {
        "이" => "이에요",
        _ => "예요",
    }
}

fn seconds(ms: Millis) -> Millis {
    ms.div_ceil(1000).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_days_read_as_korean() {
        assert_eq!(time(9, 2), "오전 9:02");
        assert_eq!(time(0, 0), "오전 12:00");
        assert_eq!(time(12, 30), "오후 12:30");
        assert_eq!(time(23, 59), "오후 11:59");
        let wednesday = Day { year: 2026, month: 7, day: 8, weekday: 3 };
        assert_eq!(day(wednesday, false), "7월 8일 수요일");
        assert_eq!(day(wednesday, true), "2026년 7월 8일 수요일");
    }

    #[test]
    fn refusals_fit_their_noun() {
        let taken = failure(&Failure::Taken { field: Field::Name });
        assert_eq!(taken, "다른 분이 쓰고 있는 이름이에요. 다른 이름을 골라 주세요.");
        assert_eq!(invalid(Field::Topic, Reason::TooLong(200)), "주제는 200자까지예요.");
    }
}
