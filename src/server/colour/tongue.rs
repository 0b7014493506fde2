//! The languages that code is coloured in: what begins a comment or a string, and which words are theirs.

/// What one has to know of a language to colour it.
#[derive(Debug)]
pub(super) struct Tongue {
    /// What people call it after a fence.
    names: &'static [&'static str],
    /// What begins a comment that ends with the line.
    pub(super) line: &'static [&'static str],
    /// What a longer comment stands between.
    pub(super) block: Option<(&'static str, &'static str)>,
    /// What strings stand between.
    pub(super) quotes: &'static str,
    /// Which of them may go over lines.
    pub(super) long: &'static str,
    /// What follows a name that something is given to.
    pub(super) key: Option<char>,
    /// Its words, parted by blanks.
    pub(super) keywords: &'static str,
    /// `"""` begins a string as well.
    pub(super) has_triple: bool,
    /// `'a` is no string, and `a!` is called.
    pub(super) has_lifetimes: bool,
    /// Its words may be written large.
    pub(super) is_case_free: bool,
    /// Names have dashes.
    pub(super) has_dashes: bool,
    /// Only what stands between angles is looked at.
    pub(super) is_markup: bool,
    /// Lines by what they begin with.
    pub(super) is_diff: bool,
}

/// The language of this name.
pub(super) fn find(name: &str) -> Option<&'static Tongue> {
    TONGUES.iter().find(|tongue| tongue.names.iter().any(|known| known.eq_ignore_ascii_case(name)))
}

/// Most of them: `//`, `/* */` and `"`.
const BRACES: Tongue = Tongue {
    names: &[],
    line: &["//"],
    block: Some(("/*", "*/")),
    quotes: "\"'",
    long: "",
    key: None,
    keywords: "",
    has_triple: false,
    has_lifetimes: false,
    is_case_free: false,
    has_dashes: false,
    is_markup: false,
    is_diff: false,
};

/// Those with `#`.
const HASHES: Tongue = Tongue { line: &["#"], block: None, ..BRACES };

static TONGUES: &[Tongue] = &[
    Tongue {
        names: &["rust", "rs"],
        long: "\"",
        has_lifetimes: true,
        keywords: "as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut pub ref return self Self static struct super trait true type unsafe use where while",
        ..BRACES
    },
    Tongue {
        names: &["js", "javascript", "jsx", "mjs", "ts", "typescript", "tsx", "node"],
        quotes: "\"'`",
        long: "`",
        keywords: "abstract any as async await boolean break case catch class const continue debugger declare default delete do else enum export extends false finally for from function get if implements import in instanceof interface keyof let namespace new null number of private protected public readonly return satisfies set static string super switch this throw true try type typeof undefined unknown var void while with yield",
        ..BRACES
    },
    Tongue {
        names: &["python", "py", "python3"],
        has_triple: true,
        keywords: "False None True and as assert async await break case class continue def del elif else except finally for from global if import in is lambda match nonlocal not or pass raise return self try while with yield",
        ..HASHES
    },
    Tongue {
        names: &["go", "golang"],
        quotes: "\"'`",
        long: "`",
        keywords: "any bool break byte case chan const continue default defer else error fallthrough false float64 for func go goto if import int int64 interface iota map nil package range return rune select string struct switch true type uint var",
        ..BRACES
    },
    Tongue {
        names: &["java"],
        has_triple: true,
        keywords: "abstract assert boolean break byte case catch char class continue default do double else enum extends false final finally float for if implements import instanceof int interface long new null package private protected public record return sealed short static super switch synchronized this throw throws true try var void volatile while yield",
        ..BRACES
    },
    Tongue {
        names: &["kotlin", "kt", "kts"],
        has_triple: true,
        keywords: "abstract as break by class companion const constructor continue data do else enum false final finally for fun if import in init inline interface internal is lateinit null object open operator override package private protected public return sealed super suspend this throw true try typealias val var when while",
        ..BRACES
    },
    Tongue {
        names: &["swift"],
        has_triple: true,
        quotes: "\"",
        keywords: "actor as async await break case catch class continue default defer do else enum extension false for func guard if import in init inout internal is lazy let nil open override private protocol public return self Self static struct super switch throw throws true try var weak where while",
        ..BRACES
    },
    Tongue {
        names: &["c", "h", "cpp", "c++", "cc", "cxx", "hpp", "objc"],
        keywords: "alignas auto bool break case catch char class concept const constexpr continue default define delete do double else endif enum explicit extern false final float for friend goto if ifdef ifndef include inline int long mutable namespace new noexcept nullptr operator override private protected public return short signed sizeof static struct switch template this throw true try typedef typename union unsigned using virtual void volatile while",
        ..BRACES
    },
    Tongue {
        names: &["cs", "csharp", "c#"],
        has_triple: true,
        keywords: "abstract as async await base bool break byte case catch char class const continue decimal default delegate do double else enum event false finally float for foreach get if in int interface internal is lock long namespace new null object out override params private protected public readonly record ref return sealed set static string struct switch this throw true try typeof using var virtual void when where while yield",
        ..BRACES
    },
    Tongue {
        names: &["php"],
        line: &["//", "#"],
        keywords: "abstract and array as break case catch class clone const continue declare default do echo else elseif enum extends false final finally fn for foreach function global if implements include instanceof interface match namespace new null or private protected public readonly require return self static switch this throw trait true try use var while yield",
        ..BRACES
    },
    Tongue {
        names: &["ruby", "rb"],
        keywords: "BEGIN END alias and begin break case class def defined do else elsif end ensure false for if in module next nil not or redo require rescue retry return self super then true undef unless until when while yield",
        ..HASHES
    },
    Tongue {
        names: &["dart"],
        has_triple: true,
        keywords: "abstract as assert async await bool break case catch class const continue covariant default do double dynamic else enum export extends extension external factory false final finally for get if implements import in int is late library mixin new null on operator part required return set static String super switch this throw true try typedef var void while with yield",
        ..BRACES
    },
    Tongue {
        names: &["scala"],
        has_triple: true,
        keywords: "abstract case catch class def do else enum extends false final finally for given if implicit import lazy match new null object override package private protected return sealed super then this throw trait true try type using val var while with yield",
        ..BRACES
    },
    Tongue {
        names: &["lua"],
        line: &["--"],
        block: Some(("--[[", "]]")),
        keywords: "and break do else elseif end false for function goto if in local nil not or repeat return then true until while",
        ..BRACES
    },
    Tongue {
        names: &["zig"],
        quotes: "\"'",
        keywords: "align and anytype break catch comptime const continue defer else enum errdefer error export extern false fn for if import inline null or orelse packed pub return struct switch test true try undefined union unreachable usingnamespace var void while",
        ..BRACES
    },
    Tongue {
        names: &["sh", "bash", "shell", "zsh", "console", "fish"],
        long: "\"'",
        has_dashes: true,
        keywords: "alias break case cd continue declare do done echo elif else esac eval exec exit export fi for function if in local printf read readonly return set shift source sudo test then trap unset until while",
        ..HASHES
    },
    Tongue {
        names: &["sql", "postgres", "postgresql", "sqlite", "mysql"],
        line: &["--"],
        long: "'",
        is_case_free: true,
        keywords: "add all alter and any as asc begin between by cascade case check column commit conflict constraint create cross current_timestamp database default delete desc distinct do drop else end exists explain false for foreign from full function group having if in index inner insert integer into is join key left like limit not nothing null offset on or order outer over partition primary references returning right rollback select set table text then trigger true union unique update using values view when where window with",
        ..BRACES
    },
    Tongue { names: &["json", "jsonc", "json5"], key: Some(':'), keywords: "true false null", ..BRACES },
    Tongue {
        names: &["yaml", "yml"],
        key: Some(':'),
        has_dashes: true,
        keywords: "true false null yes no on off",
        ..HASHES
    },
    Tongue {
        names: &["toml", "ini", "conf", "env", "properties"],
        key: Some('='),
        has_triple: true,
        has_dashes: true,
        keywords: "true false",
        ..HASHES
    },
    Tongue {
        names: &["dockerfile", "docker"],
        is_case_free: true,
        keywords: "add arg as cmd copy entrypoint env expose from healthcheck label run shell stopsignal user volume workdir",
        ..HASHES
    },
    Tongue {
        names: &["makefile", "make", "nginx"],
        keywords: "define else endef endif export ifdef ifeq ifndef include listen location return root server",
        ..HASHES
    },
    Tongue {
        names: &["css", "scss", "less"],
        key: Some(':'),
        has_dashes: true,
        keywords: "important from to and not only",
        ..BRACES
    },
    Tongue {
        names: &["html", "xml", "svg", "vue", "svelte"],
        line: &[],
        block: Some(("<!--", "-->")),
        long: "\"'",
        has_dashes: true,
        is_markup: true,
        ..BRACES
    },
    Tongue { names: &["diff", "patch"], is_diff: true, ..BRACES },
];
