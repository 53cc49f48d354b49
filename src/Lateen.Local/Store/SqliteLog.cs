namespace Lateen.Local.Store;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Microsoft.Data.Sqlite;

/// <summary>
/// The durable side of the store: one table of objects, one row with the last version, written in group commits.
/// </summary>
internal sealed class SqliteLog : IDisposable
{
    private const string Schema = """
        PRAGMA journal_mode=WAL;
        PRAGMA synchronous=NORMAL;
        CREATE TABLE IF NOT EXISTS objects (
          collection TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
          version INTEGER NOT NULL, json BLOB NOT NULL,
          PRIMARY KEY (collection, namespace, name)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        """;

    private readonly SqliteConnection connection;

    public SqliteLog(string path)
    {
        string source = path.Length == 0 ? "Data Source=:memory:" : $"Data Source={path};Pooling=False";
        connection = new SqliteConnection(source);
        connection.Open();
        Run(Schema);
    }

    public IEnumerable<StoredObject> LoadAll()
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT collection, namespace, name, version, json FROM objects";
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            var json = (byte[])reader.GetValue(4);
            JsonObject value = JsonParser.ParseObject(json);
            var key = new ObjectKey(reader.GetString(0), reader.GetString(1), reader.GetString(2));
            yield return new StoredObject(key, value, json, reader.GetInt64(3));
        }
    }

    public long LoadVersion()
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT value FROM meta WHERE key = 'version'";
        return command.ExecuteScalar() is long version ? version : 0;
    }

    /// <summary>Commits the changes and the version they lead to, all or nothing.</summary>
    public void Commit(IReadOnlyList<StoreEvent> changes, long version)
    {
        using SqliteTransaction transaction = connection.BeginTransaction();
        using SqliteCommand put = Prepare(transaction,
            "INSERT OR REPLACE INTO objects VALUES ($collection, $namespace, $name, $version, $json)");
        using SqliteCommand delete = Prepare(transaction,
            "DELETE FROM objects WHERE collection = $collection AND namespace = $namespace AND name = $name");
        foreach (StoreEvent change in changes)
        {
            SqliteCommand command = change.Kind == StoreEventKind.Deleted ? delete : put;
            command.Parameters.Clear();
            command.Parameters.AddWithValue("$collection", change.Current.Key.Collection);
            command.Parameters.AddWithValue("$namespace", change.Current.Key.Namespace);
            command.Parameters.AddWithValue("$name", change.Current.Key.Name);
            if (command == put)
            {
                command.Parameters.AddWithValue("$version", change.Current.ResourceVersion);
                command.Parameters.AddWithValue("$json", change.Current.Json);
            }

            command.ExecuteNonQuery();
        }

        using SqliteCommand meta = Prepare(transaction, "INSERT OR REPLACE INTO meta VALUES ('version', $version)");
        meta.Parameters.AddWithValue("$version", version);
        meta.ExecuteNonQuery();
        transaction.Commit();
    }

    public void Dispose() => connection.Dispose();

    private SqliteCommand Prepare(SqliteTransaction transaction, string text)
    {
        SqliteCommand command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = text;
        return command;
    }

    private void Run(string text)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }
}
