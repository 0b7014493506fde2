//! Both engines keep the same things in the same places, and a store that cannot be trusted is refused.

use super::*;
use sqlx::Row;
use std::{collections::BTreeSet, fs, path::Path};

on_both_engines![opening_twice_changes_nothing];

async fn opening_twice_changes_nothing(test: &mut TestStore) {
    let ann = test.person("ann").await;
    let second = Store::open(&test.location).await.expect("a second handle");
    let room = test.room(&ann, "one").await;
    assert!(second.find_room_info(room).await.expect("an answer").is_some());
    second.close().await;
    assert_eq!(test.say(room, &ann, "hi").await, 3);
}

#[test]
fn both_engines_have_the_same_migrations() {
    let names = |engine: &str| -> BTreeSet<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/server/store/migrations").join(engine);
        let files = fs::read_dir(folder).expect("a folder of migrations").flatten();
        files.map(|file| file.file_name().into_string().expect("a name in Unicode")).collect()
    };
    assert!(!names("sqlite").is_empty());
    assert_eq!(names("sqlite"), names("postgres"));
}

/// Of each column: its table, its name, its kind, and whether it may be null.
type Columns = BTreeSet<(String, String, String, bool)>;

async fn sqlite_columns(test: &TestStore) -> Columns {
    let Location::Sqlite(file) = &test.location else { panic!("an SQLite store") };
    let mut db = SqliteConnection::connect(&file.display().to_string()).await.expect("the file");
    let sql = "select t.name as table_name, c.name, lower(c.type) as type, c.\"notnull\" = 0 as is_nullable
               from sqlite_schema t, pragma_table_info(t.name) c where t.type = 'table'";
    let rows = sqlx::raw_sql(sql).fetch_all(&mut db).await.expect("the columns");
    rows.iter().map(|row| (row.get(0), row.get(1), row.get(2), row.get(3))).collect()
}

async fn postgres_columns(test: &TestStore) -> Columns {
    let Location::Postgres(url) = &test.location else { panic!("a PostgreSQL store") };
    let mut db = PgConnection::connect(url).await.expect("the database");
    let sql = "select table_name::text, column_name::text, data_type::text, is_nullable = 'YES'
               from information_schema.columns where table_schema = 'public'";
    let rows = sqlx::raw_sql(sql).fetch_all(&mut db).await.expect("the columns");
    let kind = |name: String| match name.as_str() {
        "bigint" | "smallint" => "integer".to_owned(),
        "bytea" => "blob".to_owned(),
        _ => name,
    };
    rows.iter().map(|row| (row.get(0), row.get(1), kind(row.get(2)), row.get(3))).collect()
}

#[tokio::test]
async fn both_engines_have_the_same_tables_and_columns() {
    let ours = |columns: Columns| -> Columns {
        columns.into_iter().filter(|(table, ..)| table != "_sqlx_migrations").collect()
    };
    let sqlite = ours(sqlite_columns(&TestStore::on_sqlite().await).await);
    let postgres = ours(postgres_columns(&TestStore::on_postgres().await).await);
    let tables: BTreeSet<&str> = sqlite.iter().map(|(table, ..)| table.as_str()).collect();
    let expected = [
        "app_user",
        "audit",
        "device",
        "event",
        "face",
        "invite",
        "mention",
        "message",
        "one_time",
        "presence",
        "reaction",
        "report",
        "room",
        "room_member",
        "session",
        "session_end",
        "space",
        "space_ban",
        "space_member",
        "unsent",
    ];
    assert_eq!(tables, BTreeSet::from(expected));
    assert_eq!(sqlite, postgres);
}

#[tokio::test]
async fn a_postgres_that_may_forget_is_refused() {
    let url = postgres::new_database().await;
    let forgetful = format!("{url}&options[synchronous_commit]=off");
    let Err(Error::Broken(why)) = Store::open(&Location::Postgres(forgetful)).await else { panic!("opened") };
    assert!(why.contains("synchronous_commit=on"), "{why}");
    Store::open(&Location::Postgres(url)).await.expect("a faithful one opens").close().await;
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let file = folder.path().join("maru.db");
    fs::write(&file, "somebody's letters, not a database".repeat(100)).expect("a file");
    assert!(Store::open(&Location::Sqlite(file.clone())).await.is_err());
    assert!(fs::read_to_string(&file).expect("the file").starts_with("somebody's letters"));
}
