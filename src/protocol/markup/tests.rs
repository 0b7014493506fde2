//! What a message's text means.

use super::{Block, Inline, Item, Mark, Prose, read};
use crate::protocol::UserId;

pub(super) fn tree(text: &str) -> Prose {
    read(text, &|run| run.starts_with("하은").then_some(("하은".len(), Some(UserId::from_raw(7)))))
}

/// The tree as people would write it down: `<b>` for what is bold, and so on.
fn told(text: &str) -> String {
    tree(text).blocks.iter().map(tell).collect::<Vec<_>>().join("¶")
}

fn tell(block: &Block) -> String {
    let all = |blocks: &[Block]| blocks.iter().map(tell).collect::<Vec<_>>().join("¶");
    match block {
        Block::Paragraph(pieces) => tell_inlines(pieces),
        Block::Code { language, text } => format!("<pre {language}>{text}</pre>"),
        Block::Quote(blocks) => format!("<q>{}</q>", all(blocks)),
        Block::List { is_ordered, items } => {
            let item = |Item { number, done, blocks }: &Item| {
                let mark = match (is_ordered, done) {
                    (true, _) => number.to_string(),
                    (_, Some(true)) => "v".to_owned(),
                    (_, Some(false)) => "o".to_owned(),
                    _ => "-".to_owned(),
                };
                format!("<{mark}>{}", all(blocks))
            };
            format!("<l>{}</l>", items.iter().map(item).collect::<String>())
        }
    }
}

fn tell_inlines(pieces: &[Inline]) -> String {
    let tell = |piece: &Inline| match piece {
        Inline::Text(text) => text.clone(),
        Inline::Break => "/".to_owned(),
        Inline::Code(code) => format!("<c>{code}</c>"),
        Inline::Marked(mark, pieces) => {
            let tag = match mark {
                Mark::Bold => "b",
                Mark::Italic => "i",
                Mark::Strike => "s",
                Mark::Spoiler => "?",
            };
            format!("<{tag}>{}</{tag}>", tell_inlines(pieces))
        }
        Inline::Link { to, shown, lies } => {
            let shown = tell_inlines(shown);
            let lies = if *lies { "!" } else { "" };
            if shown == *to { format!("<{to}>") } else { format!("<{to}{lies}>{shown}</>") }
        }
        Inline::Mention { name, who } => format!("<@{name} {}>", who.is_some()),
    };
    pieces.iter().map(tell).collect()
}

#[track_caller]
fn all_told(cases: &[(&str, &str)]) {
    for (text, tree) in cases {
        assert_eq!(told(text), *tree, "{text:?}");
    }
}

#[test]
fn blank_lines_part_paragraphs_and_other_breaks_stay() {
    all_told(&[
        ("a\nb\n\n \n\nc", "a/b¶c"),
        ("\n\n", ""),
        ("  들여 쓴 줄", "  들여 쓴 줄"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
    ]);
}

#[test]
fn marks_around_words_mean_something() {
    all_told(&[
        (
            "**굵게** *기울여* _기울여_ ~~지움~~ ||몰래||",
            "<b>굵게</b> <i>기울여</i> <i>기울여</i> <s>지움</s> <?>몰래</?>",
        ),
        ("**\"강조\"**는 **(이것)**을", "<b>\"강조\"</b>는 <b>(이것)</b>을"),
        ("***둘 다***", "<b><i>둘 다</i></b>"),
        ("**a *b***", "<b>a <i>b</i></b>"),
        ("*a **b***", "<i>a <b>b</b></i>"),
        ("||*~~**a**~~*||", "<?><i><s><b>a</b></s></i></?>"),
        ("**두\n줄**", "<b>두/줄</b>"),
        ("`**a**` ``b ` c`` ` ``", "<c>**a**</c> <c>b ` c</c> ` ``"),
        ("` a ` `  ` ```x```", "<c>a</c> <c>  </c> <c>x</c>"),
    ]);
}

#[test]
fn what_only_looks_like_a_mark_is_text() {
    for text in [
        "snake_case_name",
        "한_글_이름",
        "2 * 3 * 4",
        "a || b || c",
        "**",
        "****",
        "~~~~",
        "||||",
        "||",
        "**열고",
        "닫고**",
        "~a~",
        "__init__",
        "|a|",
        "`a",
        "a * b*",
        "`` a ` b",
        ">_<",
        ">.<;",
        ">>",
        ">",
        "> ",
        "-",
        "- ",
        "-5도",
        "2026. 11. 21 회의",
        "3. 셋",
        "1.5배",
        "[a]",
        "[a](b)",
        "![",
        "@모르는이",
        "*",
        "_",
        "~",
        "```",
        "```\n```",
        "```rust",
        "\\",
        "C:\\Users\\u",
        "¯\\_(ツ)_/¯",
        "/me",
        "/me  ",
        "/mexico",
    ] {
        assert_eq!(told(text), text.replace('\n', "¶"), "{text:?}");
    }
    all_told(&[
        ("**a *b**", "<b>a *b</b>"),
        ("*a **b*", "<i>a **b</i>"),
        ("~~a ||b~~ c||", "<s>a ||b</s> c||"),
    ]);
}

#[test]
fn an_escaped_mark_means_itself() {
    all_told(&[
        ("\\*a\\* \\_b\\_ \\~~c~~ \\||d||", "*a* _b_ ~~c~~ ||d||"),
        ("\\> a", "> a"),
        ("\\- a", "- a"),
        ("1\\. a", "1. a"),
        ("\\```", "```"),
        ("\\[a](https://a.b)", "[a](<https://a.b>)"),
        ("\\\\n \\u003c", "\\n \\u003c"),
        ("`\\*`", "<c>\\*</c>"),
        ("\\@하은", "@하은"),
    ]);
}

#[test]
fn code_is_kept_letter_by_letter() {
    all_told(&[
        ("```rust\nfn a() {\n\n  **b**\n}\n```\n끝", "<pre rust>fn a() {\n\n  **b**\n}</pre>¶끝"),
        ("앞\n```\na\n```", "앞¶<pre >a</pre>"),
        ("```\n끝나지 않은\n> a", "<pre >끝나지 않은\n> a</pre>"),
        ("````\n```\n````", "<pre >```</pre>"),
        ("```let a = 1;\nb\n```", "<pre >let a = 1;\nb</pre>"),
        ("```C++\na\n```", "<pre c++>a</pre>"),
        ("> ```\n> a\n> ```\nb", "<q><pre >a</pre></q>¶b"),
    ]);
}

#[test]
fn quotes_and_lists_stand_in_each_other() {
    all_told(&[
        ("> a\n> b\n>\n> c\nd", "<q>a/b¶c</q>¶d"),
        (">> a\n> b", "<q><q>a</q>¶b</q>"),
        ("- a\n- b\n  둘째 줄\n- c", "<l><->a<->b/둘째 줄<->c</l>"),
        ("할 일:\n- [ ] a\n- [x] b", "할 일:¶<l><o>a<v>b</l>"),
        ("1. a\n2. b\n\n4) c", "<l><1>a<2>b<4>c</l>"),
        ("- a\n  - b\n    - c\n- d", "<l><->a¶<l><->b¶<l><->c</l></l><->d</l>"),
        ("1. a\n   - b\n2. c", "<l><1>a¶<l><->b</l><2>c</l>"),
        ("- > a", "<l><-><q>a</q></l>"),
        ("* a\n\nb", "<l><->a</l>¶b"),
        ("- a\n1. b", "<l><->a</l>¶<l><1>b</l>"),
        (">>>>>> a", "<q><q><q><q>>> a</q></q></q></q>"),
        ("- - - - - - a", "<l><-><l><-><l><-><l><->- - a</l></l></l></l>"),
    ]);
}

#[test]
fn an_address_ends_where_the_sentence_goes_on() {
    for (text, link) in [
        ("see https://maru.example/a.", "https://maru.example/a"),
        ("(https://maru.example/a)", "https://maru.example/a"),
        ("https://en.wikipedia.org/wiki/Maru_(hall).", "https://en.wikipedia.org/wiki/Maru_(hall)"),
        ("https://maru.example에서 봐요", "https://maru.example"),
        ("https://ko.wikipedia.org/wiki/마루 봐요", "https://ko.wikipedia.org/wiki/마루"),
        ("HTTP://A.B?x=1&y=2#z!", "HTTP://A.B?x=1&y=2#z"),
        ("http://localhost:3000/s/maru,", "http://localhost:3000/s/maru"),
        ("<https://a.b/c>", "https://a.b/c"),
        ("**https://a.b/c**", "https://a.b/c"),
        ("||https://a.b/c||", "https://a.b/c"),
        ("https://a.b/\u{202e}gpj.exe", "https://a.b/"),
        ("mailto:ann@a.b.", "mailto:ann@a.b"),
        ("https://good.example@evil.example/", "https://good.example"),
        ("javascript:https://a.b", "https://a.b"),
    ] {
        assert!(told(text).contains(&format!("<{link}>")), "{text}: {}", told(text));
    }
    for text in [
        "javascript:alert(1)",
        "data:text/html,hi",
        "file:///etc/passwd",
        "xhttps://a.b",
        "https://",
        "https:///a",
        "http:// a",
        "//a.b",
        "mailto:",
        "mailto:a",
        "mailto:@b",
        "[a](javascript:alert(1))",
        "[a](data:text/html,hi)",
        "[a](/s/maru)",
        "[a](vbscript:x)",
        "[a](\tjavascript:x)",
    ] {
        assert!(!told(text).contains("<"), "{text}: {}", told(text));
    }
}

#[test]
fn a_link_says_where_it_leads_when_its_words_say_another_place() {
    all_told(&[
        ("[마루](https://a.b/c_(d)) 봐요", "<https://a.b/c_(d)>마루</> 봐요"),
        ("[**마루** `x`](mailto:a@b.c)", "<mailto:a@b.c><b>마루</b> <c>x</c></>"),
        ("[https://bank.example](https://evil.example)", "<https://evil.example!>https://bank.example</>"),
        ("[bank.example](https://evil.example)", "<https://evil.example!>bank.example</>"),
        ("[bank．example](https://evil.example)", "<https://evil.example!>bank．example</>"),
        (
            "[go to https://bank.example now](https://evil.example)",
            "<https://evil.example!>go to https://bank.example now</>",
        ),
        ("[A.B](https://www.a.b/c)", "<https://www.a.b/c>A.B</>"),
        ("[a.b](https://a.b.evil.example)", "<https://a.b.evil.example!>a.b</>"),
        ("[끝.](https://a.b)", "<https://a.b!>끝.</>"),
        ("[Read this. Now.](https://a.b)", "<https://a.b>Read this. Now.</>"),
        ("[a](https://a@b.c/)", "[a](<https://a>@b.c/)"),
        ("[a](https://a.b c)", "[a](<https://a.b> c)"),
        ("[](https://a.b)", "[](<https://a.b>)"),
        ("[a] (https://a.b)", "[a] (<https://a.b>)"),
        ("[||몰래||](https://a.b)", "<?><https://a.b>몰래</></?>"),
        ("[[a](https://a.b)", "<https://a.b>[a</>"),
        ("[**a](https://a.b)**", "<https://a.b>**a</>**"),
        ("[@하은](https://a.b)", "<https://a.b!>@하은</>"),
    ]);
}

#[test]
fn a_name_is_called_where_somebody_has_it() {
    all_told(&[
        ("@하은아 밥", "<@하은 true>아 밥"),
        ("(@하은)", "(<@하은 true>)"),
        ("**@하은**", "<b><@하은 true></b>"),
        ("mail@하은", "mail@하은"),
        ("`@하은`", "<c>@하은</c>"),
    ]);
    let calls = tree(&"@하은 ".repeat(100));
    let Some(Block::Paragraph(pieces)) = calls.blocks.first() else { panic!("{calls:?}") };
    assert_eq!(pieces.iter().filter(|piece| matches!(piece, Inline::Mention { .. })).count(), 20);
}

#[test]
fn an_action_is_what_its_author_does() {
    assert!(tree("/me 손을 흔들어요").is_action);
    assert_eq!(told("/me *손*을"), "<i>손</i>을");
    assert!(!tree("말 /me").is_action && !tree("/me").is_action);
}

#[test]
fn a_few_emoji_alone_are_large() {
    for text in ["👍", "🎉🎉🎉", "👩‍👩‍👧‍👦 👍🏽", "🇰🇷🇯🇵", "❤️", "😀 😀 😀 😀 😀 😀", "⏰", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"]
    {
        assert!(tree(text).is_large, "{text}");
    }
    for text in ["", "1", "👍 네", "😀😀😀😀😀😀😀", "ㅎㅎ", "\u{fe0f}", "*", "#"] {
        assert!(!tree(text).is_large, "{text}");
    }
}

#[test]
fn one_line_of_a_message_is_as_long_as_was_asked() {
    for (text, line) in [
        ("", ""),
        ("  짧은   글\n\n두 줄 ", "짧은 글 두 줄"),
        ("1234567890", "1234567890"),
        ("12345678901", "123456789…"),
        ("12345678 01", "12345678…"),
        ("가나다 라마바사아자차카", "가나다 라마바사아…"),
        ("**굵게** ||비밀||", "굵게 ▒▒▒"),
        ("```rust\na\n```", "a"),
        ("> a\n- b\n- c", "a b c"),
        ("/me 흔들", "흔들"),
        ("[a](https://b.c)", "a"),
    ] {
        assert_eq!(super::plain(text, 10), line, "{text}");
    }
}
