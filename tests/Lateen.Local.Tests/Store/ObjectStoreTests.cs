namespace Lateen.Local.Tests.Store;

using System.Text.Json.Nodes;
using Lateen.Local.Store;

public sealed class ObjectStoreTests
{
    [Fact]
    public async Task What_was_written_is_there_after_a_reopen_and_versions_go_on()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("lateen-store-").FullName, "store.db");
        var key = new ObjectKey("configmaps", "default", "c");
        long version;
        await using (var first = new ObjectStore(path))
        {
            await first.CreateAsync(key, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "c" } });
            version = first.CurrentVersion;
        }

        await using var second = new ObjectStore(path);
        StoreWriteResult next = await second.CreateAsync(key with { Name = "d" }, []);

        Assert.Equal(version, second.Get(key)?.ResourceVersion);
        Assert.True(next.Object?.ResourceVersion > version);
    }

    [Fact]
    public async Task A_write_with_a_stale_version_is_refused()
    {
        await using var store = new ObjectStore("");
        var key = new ObjectKey("configmaps", "default", "c");
        StoreWriteResult created = await store.CreateAsync(key, []);
        long version = created.Object?.ResourceVersion ?? 0;

        StoreWriteResult replaced = await store.ReplaceAsync(key, [], version);
        StoreWriteResult stale = await store.ReplaceAsync(key, [], version);
        StoreWriteResult twice = await store.CreateAsync(key, []);

        Assert.Equal(StoreWriteStatus.Done, replaced.Status);
        Assert.Equal(StoreWriteStatus.Conflict, stale.Status);
        Assert.Equal(StoreWriteStatus.Exists, twice.Status);
    }

    [Fact]
    public async Task A_watch_from_a_list_sees_every_later_change_in_order_and_no_earlier_one()
    {
        await using var store = new ObjectStore("");
        await store.CreateAsync(new ObjectKey("pods", "a", "before"), []);
        StoredList list = store.List("pods", null);

        using StoreWatch? watch = store.Watch("pods", list.ResourceVersion);
        for (int i = 0; i < 100; i++)
        {
            await store.CreateAsync(new ObjectKey(i % 2 == 0 ? "pods" : "nodes", "a", $"n{i}"), []);
        }

        var seen = new List<string>();
        while (watch is not null && watch.Events.TryRead(out StoreEvent? change))
        {
            seen.Add(change.Current.Key.Name);
        }

        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"n{i * 2}"), seen);
    }

    [Fact]
    public async Task A_watch_from_before_the_kept_history_is_refused()
    {
        await using var store = new ObjectStore("", historyLimit: 5);
        long old = store.CurrentVersion;
        for (int i = 0; i < 10; i++)
        {
            await store.CreateAsync(new ObjectKey("pods", "a", $"n{i}"), []);
        }

        Assert.Null(store.Watch("pods", old));
    }

    [Fact]
    public async Task Many_writers_of_one_object_lose_no_update()
    {
        await using var store = new ObjectStore("");
        var key = new ObjectKey("configmaps", "default", "counter");
        await store.CreateAsync(key, new JsonObject { ["n"] = 0 });

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
        {
            StoreWriteStatus status;
            do
            {
                StoredObject current = store.Get(key)!;
                var next = new JsonObject { ["n"] = (current.Value["n"]?.GetValue<int>() ?? 0) + 1 };
                status = (await store.ReplaceAsync(key, next, current.ResourceVersion)).Status;
            }
            while (status != StoreWriteStatus.Done);
        }, TestContext.Current.CancellationToken)));

        Assert.Equal(20, store.Get(key)?.Value["n"]?.GetValue<int>());
    }
}
