//! Why something is as it is, for who asks.

/// The sentences of the pages that explain something.
#[expect(
    missing_docs,
    reason = "each field is named after what it says; the sentences are its documentation"
)]
pub struct HelpWords {
    pub slow: &'static str,
    pub slow_text: &'static str,
    pub slow_cause: &'static str,
    pub slow_cause_text: &'static str,
    pub slow_change: &'static str,
    pub slow_change_text: &'static str,
    pub slow_end: &'static str,
    pub slow_end_text: &'static str,
    pub slow_do: &'static str,
    pub slow_do_text: &'static str,
}

pub(super) const KO: HelpWords = HelpWords {
    slow: "왜 조금 느린 연결인가요?",
    slow_text: "글은 그대로 오가요. 오가는 길만 바뀌었어요.",
    slow_cause: "무슨 일인가요",
    slow_cause_text: "마루는 보통 서버와 계속 이어져 있는 길(웹소켓)로 글을 주고받아요. 지금은 이 기기와 서버 사이의 무언가가 그 길을 막고 있어서, 보통의 웹 요청으로 글을 나르고 있어요. 회사나 학교의 프록시, 보안 프로그램이 그럴 때가 많아요.",
    slow_change: "무엇이 달라지나요",
    slow_change_text: "빠지는 글은 없고, 순서도 그대로예요. 다만 글이 조금 늦게 올 수 있고, 누가 쓰고 있는지 같은 소식은 더 늦게 올 수 있어요.",
    slow_end: "언제 돌아오나요",
    slow_end_text: "10분마다, 그리고 네트워크가 돌아올 때마다 원래 길을 다시 찾아봐요. 찾으면 저절로 돌아가요.",
    slow_do: "해 볼 수 있는 일",
    slow_do_text: "휴대폰 데이터 같은 다른 네트워크에서 열어 보세요. 늘 이렇다면 서버를 돌보는 분에게 알려 주세요. 서버 앞의 프록시가 /v1/ws의 웹소켓을 지나가게 해야 해요.",
};

pub(super) const EN: HelpWords = HelpWords {
    slow: "Why is the connection slower?",
    slow_text: "Messages still arrive. Only the way they take is another one.",
    slow_cause: "What happened",
    slow_cause_text: "Maru usually talks to the server over a connection that stays open (a WebSocket). Right now something between this device and the server doesn’t let it through, so messages travel by ordinary web requests. Proxies of companies and schools and security software often do that.",
    slow_change: "What’s different",
    slow_change_text: "No message is lost and their order stays. They may come a little later, and hints such as who is typing may come later still.",
    slow_end: "When it’s over",
    slow_end_text: "Maru tries the usual way again every 10 minutes and whenever the network returns. When it works, Maru goes back by itself.",
    slow_do: "What you can do",
    slow_do_text: "Try another network, such as mobile data. If it’s always like this, tell whoever runs the server: the proxy before it has to let the WebSocket of /v1/ws through.",
};
