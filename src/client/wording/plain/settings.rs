//! Settings.

use crate::client::wording::Particle;

/// The sentences of one's settings.
#[expect(
    missing_docs,
    reason = "each field is named after what it says; the sentences are its documentation"
)]
pub struct SettingsWords {
    pub page: &'static str,
    pub profile: &'static str,
    pub profile_text: &'static str,
    pub photo: &'static str,
    pub photo_text: &'static str,
    pub choose_photo: &'static str,
    pub upload: &'static str,
    pub remove_photo: &'static str,
    pub display: &'static str,
    /// The name by which the person signs in.
    pub display_hint: fn(&str) -> String,
    pub status: &'static str,
    pub status_placeholder: &'static str,
    pub email: &'static str,
    pub email_hint: &'static str,
    pub lang: &'static str,
    pub zone: &'static str,
    pub zone_auto: &'static str,
    pub zone_hint: &'static str,
    pub save: &'static str,
    pub saved: &'static str,

    pub account: &'static str,
    pub account_text: &'static str,
    pub guest_text: &'static str,
    pub become_account: &'static str,
    pub became: &'static str,
    pub password: &'static str,
    pub current: &'static str,
    pub new_password: &'static str,
    pub change: &'static str,
    pub change_text: &'static str,
    pub changed: &'static str,

    pub sessions: &'static str,
    pub sessions_text: &'static str,
    pub this_one: &'static str,
    pub end: &'static str,
    /// The name of the browser whose session ends.
    pub end_of: fn(&str) -> String,
    pub end_others: &'static str,
    pub ended: &'static str,
    pub unknown_browser: &'static str,
    /// A browser and the system that it runs on.
    pub browser_on: fn(&str, &str) -> String,
    /// Days since it was last used.
    pub seen: fn(u64) -> String,

    pub reading: &'static str,
    pub reading_text: &'static str,

    pub sign_out: &'static str,
    pub sign_out_text: &'static str,
    pub server: &'static str,
}

pub(super) const KO: SettingsWords = SettingsWords {
    page: "설정",
    profile: "프로필",
    profile_text: "함께하는 사람들에게 보이는 모습이에요.",
    photo: "사진",
    photo_text: "없으면 이름 두 글자로 보여요. PNG, JPEG, WebP, GIF를 5 MB까지 올릴 수 있어요.",
    choose_photo: "사진 고르기",
    upload: "올리기",
    remove_photo: "사진 지우기",
    display: "보이는 이름",
    display_hint: |name| {
        let particle = Particle::Toward.after(name);
        format!("비워 두면 “{name}”{particle} 보여요. 들어올 때 쓰는 이름은 그대로예요.")
    },
    status: "지금 상태",
    status_placeholder: "글 다듬는 중",
    email: "이메일",
    email_hint: "비밀번호를 잊었을 때만 써요. 다른 사람에게는 보이지 않아요.",
    lang: "언어",
    zone: "시간대",
    zone_auto: "기기 따라",
    zone_hint: "고르면 같은 방 사람들이 프로필에서 지역 시간을 봐요.",
    save: "저장하기",
    saved: "저장했어요.",

    account: "계정",
    account_text: "비밀번호를 바꾸면 다른 기기에서는 모두 나가게 돼요.",
    guest_text: "지금은 손님이라 이 브라우저에서만 이 이름을 쓸 수 있어요. 비밀번호를 정하면 어디서든 다시 들어올 수 있고, 쓴 글도 그대로 남아요.",
    become_account: "계정으로 만들기",
    became: "계정이 됐어요. 이제 어디서든 들어올 수 있어요.",
    password: "비밀번호",
    current: "지금 비밀번호",
    new_password: "새 비밀번호",
    change: "비밀번호 바꾸기",
    change_text: "8자부터예요. 길수록 좋고, 낱말 네 개면 충분해요.",
    changed: "바꿨어요. 다른 기기에서는 모두 나갔어요.",

    sessions: "기기와 로그인",
    sessions_text: "모르는 기기가 보이면 바로 끊어 주세요.",
    this_one: "지금 이 기기",
    end: "끊기",
    end_of: |browser| format!("{browser} 끊기"),
    end_others: "다른 기기 모두 끊기",
    ended: "끊었어요.",
    unknown_browser: "알 수 없는 브라우저",
    browser_on: |browser, system| format!("{system} · {browser}"),
    seen: |days| match days {
        0 => "오늘 썼어요".to_owned(),
        1 => "어제 썼어요".to_owned(),
        days => format!("{days}일 전에 썼어요"),
    },

    reading: "모습",
    reading_text: "눈이 편한 쪽으로 골라 주세요. 이 브라우저에만 남아요.",

    sign_out: "나가기",
    sign_out_text: "이 브라우저에서 나가요.",
    server: "서버 돌보기",
};

pub(super) const EN: SettingsWords = SettingsWords {
    page: "Settings",
    profile: "Profile",
    profile_text: "How you appear to everyone else.",
    photo: "Photo",
    photo_text: "Without one, we show two letters of your name. PNG, JPEG, WebP or GIF, up to 5 MB.",
    choose_photo: "Choose a photo",
    upload: "Upload",
    remove_photo: "Remove photo",
    display: "Display name",
    display_hint: |name| format!("Left empty, people see “{name}”. The name you sign in with stays."),
    status: "Status",
    status_placeholder: "Polishing words",
    email: "Email",
    email_hint: "Only for when you forget your password. Nobody else sees it.",
    lang: "Language",
    zone: "Time zone",
    zone_auto: "As the device has it",
    zone_hint: "If you choose one, people in your rooms see your local time on your profile.",
    save: "Save",
    saved: "Saved.",

    account: "Account",
    account_text: "A new password signs you out on every other device.",
    guest_text: "You’re a guest, so this name works in this browser only. Choose a password to come back from anywhere; what you wrote stays yours.",
    become_account: "Make it an account",
    became: "It’s an account now. Come in from anywhere.",
    password: "Password",
    current: "Current password",
    new_password: "New password",
    change: "Change password",
    change_text: "From 8 characters. Longer is better; four words will do.",
    changed: "Changed. Every other device is signed out.",

    sessions: "Sessions and devices",
    sessions_text: "See one you don’t know? Sign it out.",
    this_one: "This device",
    end: "Sign out",
    end_of: |browser| format!("Sign out {browser}"),
    end_others: "Sign out everywhere else",
    ended: "Signed out.",
    unknown_browser: "Unknown browser",
    browser_on: |browser, system| format!("{browser} on {system}"),
    seen: |days| match days {
        0 => "Used today".to_owned(),
        1 => "Used yesterday".to_owned(),
        days => format!("Used {days} days ago"),
    },

    reading: "Appearance",
    reading_text: "Choose what is easy on your eyes. Kept in this browser.",

    sign_out: "Sign out",
    sign_out_text: "Leaves this browser.",
    server: "Run the server",
};
