namespace Lateen.Local.Runtime;

using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Lateen.Local.Cluster;

/// <summary>A kind's objects as the last watch event left them: list, watch, and list again when the history is gone.</summary>
internal sealed class ObjectCache(IClusterClient client, ResourceType type)
{
    private readonly ConcurrentDictionary<string, JsonObject> _objects = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Raised in order, on the watching task, after the cache holds the change.</summary>
    internal event Action<WatchEventType, JsonObject>? Changed;

    internal Task Synced => _synced.Task;

    internal ICollection<JsonObject> All => _objects.Values;

    internal JsonObject? Get(string ns, string name) => _objects.GetValueOrDefault(Key(ns, name));

    internal async Task RunAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(cancel).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                if (failure is not ApiException { Code: 410 })
                {
                    Console.Error.WriteLine($"runtime: watching {type.Plural}: {failure.Message}");
                }

                await Task.Delay(TimeSpan.FromMilliseconds(100), cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task FollowAsync(CancellationToken cancel)
    {
        ObjectList list = await client.ListAsync(type, null, null, cancel).ConfigureAwait(false);
        HashSet<string> present = [];
        foreach (JsonObject item in list.Items)
        {
            string key = Key(item.Namespace(), item.Name());
            present.Add(key);
            bool known = _objects.ContainsKey(key);
            _objects[key] = item;
            Changed?.Invoke(known ? WatchEventType.Modified : WatchEventType.Added, item);
        }

        foreach (string key in _objects.Keys.Where(key => !present.Contains(key)))
        {
            if (_objects.TryRemove(key, out JsonObject? gone))
            {
                Changed?.Invoke(WatchEventType.Deleted, gone);
            }
        }

        _synced.TrySetResult();
        await foreach (WatchEvent change in client.WatchAsync(type, null, list.ResourceVersion, cancel).ConfigureAwait(false))
        {
            if (change.Type == WatchEventType.Bookmark)
            {
                continue;
            }

            string key = Key(change.Object.Namespace(), change.Object.Name());
            if (change.Type == WatchEventType.Deleted)
            {
                _objects.TryRemove(key, out _);
            }
            else
            {
                _objects[key] = change.Object;
            }

            Changed?.Invoke(change.Type, change.Object);
        }
    }

    private static string Key(string ns, string name) => $"{ns}/{name}";
}
