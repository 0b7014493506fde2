//! Finding one's way: the quick switcher, and what stands at the foot of a phone.

/// The sentences of the quick switcher and of the ways between places.
pub struct WayWords {
    pub find: &'static str,
    pub switcher: &'static str,
    pub goal: &'static str,
    pub placeholder: &'static str,
    pub results: &'static str,
    pub people: &'static str,
    pub acts: &'static str,
    pub none: fn(&str) -> String,
    pub choose: &'static str,
    pub open: &'static str,
    pub keys: &'static str,
    pub tabs: &'static str,
    pub tab_inbox: &'static str,
    pub tab_find: &'static str,
    pub me: &'static str,
}

pub(super) static KO: WayWords = WayWords {
    find: "방과 사람 찾기",
    switcher: "빠른 이동",
    goal: "이동할 곳",
    placeholder: "방, 사람…",
    results: "결과",
    people: "사람",
    acts: "할 일",
    none: |query| format!("“{query}”에 맞는 방이나 사람이 없어요"),
    choose: "고르기",
    open: "열기",
    keys: "단축키",
    tabs: "주 메뉴",
    tab_inbox: "부른 글",
    tab_find: "찾기",
    me: "나",
};

pub(super) static EN: WayWords = WayWords {
    find: "Find rooms and people",
    switcher: "Quick switcher",
    goal: "Jump to",
    placeholder: "Rooms, people…",
    results: "Results",
    people: "People",
    acts: "Actions",
    none: |query| format!("No room or person fits “{query}”"),
    choose: "select",
    open: "open",
    keys: "Keyboard shortcuts",
    tabs: "Main",
    tab_inbox: "Mentions",
    tab_find: "Find",
    me: "You",
};
