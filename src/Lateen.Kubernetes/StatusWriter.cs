namespace Lateen.Kubernetes;

using System.Net;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Lateen.Control.Config;
using Lateen.Control.Status;

/// <summary>
/// Writes what the control plane says of each object into its status subresource: only what changed, at most twice a second, and
/// never more than a hundred objects at a time. The generation does not change, so a written status never causes a push.
/// </summary>
public sealed class StatusWriter(KubeApi api, Func<IReadOnlyList<ObjectStatus>> statuses, TimeProvider time, Action<string> log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    // A rollout of a big mesh changes "N of M" of every object at once; the API has others to serve.
    private const int MostPerPass = 100;

    private readonly Dictionary<ResourceKey, ObjectStatus> _written = [];
    private readonly Dictionary<(ResourceKey Key, string Type), (bool IsTrue, string Since)> _transitions = [];

    // One place is enough: a wake-up means "look again", whatever the number of reasons.
    private readonly Channel<bool> _wake =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Something may have changed. Any thread may call it.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Runs until cancelled, or until another process leads.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        // Another process may have written since this one last did.
        _written.Clear();
        _transitions.Clear();
        Wake();
        await foreach (bool _ in _wake.Reader.ReadAllAsync(cancel).ConfigureAwait(false))
        {
            IReadOnlyList<ObjectStatus> all = statuses();
            int written = 0;
            foreach (ObjectStatus status in all.Where(s => !_written.TryGetValue(s.Key, out ObjectStatus? before) || before != s))
            {
                if (written++ == MostPerPass)
                {
                    Wake();
                    break;
                }

                await WriteAsync(status, cancel).ConfigureAwait(false);
            }

            Forget(all);
            await Task.Delay(Pause, time, cancel).ConfigureAwait(false);
        }
    }

    private async Task WriteAsync(ObjectStatus status, CancellationToken cancel)
    {
        string path = new KubePath(status.Key.Group, "v1", Plural(status.Key.Kind)).Named(status.Key.Namespace, status.Key.Name);
        if (!_written.ContainsKey(status.Key) && await IsThereAsync(path, status, cancel).ConfigureAwait(false))
        {
            _written[status.Key] = status;
            return;
        }

        var body = new JsonObject
        {
            ["observedGeneration"] = status.ObservedGeneration,
            ["conditions"] = new JsonArray([.. status.Conditions.Select(c => (JsonNode)Condition(status.Key, c))]),
        };
        var patch = new JsonObject { ["status"] = body };
        if (status.Addresses.Count > 0)
        {
            body["addresses"] = new JsonArray(
                [.. status.Addresses.Select(a => (JsonNode)new JsonObject { ["host"] = a.Host, ["value"] = a.Value })]);
        }

        try
        {
            await api.MergePatchAsync(path + "/status", patch, cancel).ConfigureAwait(false);
            _written[status.Key] = status;
        }
        catch (KubeApiException e) when (e.Status == HttpStatusCode.NotFound)
        {
            // It was deleted while its status was on the way.
            _written.Remove(status.Key);
        }
        catch (Exception e) when (e is KubeApiException or HttpRequestException)
        {
            log($"status of {status.Key}: {e.Message}");
        }
    }

    // What a process before this one wrote: the times at which conditions changed are kept, and the same is not written again.
    private async Task<bool> IsThereAsync(string path, ObjectStatus status, CancellationToken cancel)
    {
        JsonObject? found;
        try
        {
            found = await api.FindAsync(path, cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is KubeApiException or HttpRequestException)
        {
            log($"status of {status.Key}: {e.Message}");
            return false;
        }

        if (found?["status"] is not JsonObject before)
        {
            return false;
        }

        foreach (JsonObject condition in (before["conditions"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (condition["lastTransitionTime"]?.ToString() is { } since)
            {
                _transitions[(status.Key, condition["type"]?.ToString() ?? "")] = (condition["status"]?.ToString() == "True", since);
            }
        }

        var wanted = new JsonArray([.. status.Conditions.Select(c => (JsonNode)Condition(status.Key, c))]);
        return before["observedGeneration"]?.ToString() == status.ObservedGeneration.ToString(System.Globalization.CultureInfo.InvariantCulture)
            && JsonNode.DeepEquals(before["conditions"], wanted)
            && status.Addresses.Count == 0;
    }

    private JsonObject Condition(ResourceKey key, ConditionStatus condition)
    {
        if (!_transitions.TryGetValue((key, condition.Type), out (bool IsTrue, string Since) known) || known.IsTrue != condition.IsTrue)
        {
            known = (condition.IsTrue, time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture));
            _transitions[(key, condition.Type)] = known;
        }

        return new JsonObject
        {
            ["type"] = condition.Type,
            ["status"] = condition.IsTrue ? "True" : "False",
            ["reason"] = condition.Reason,
            ["message"] = condition.Message,
            ["lastTransitionTime"] = known.Since,
        };
    }

    private void Forget(IReadOnlyList<ObjectStatus> all)
    {
        HashSet<ResourceKey> present = [.. all.Select(s => s.Key)];
        foreach (ResourceKey gone in _written.Keys.Where(k => !present.Contains(k)).ToList())
        {
            _written.Remove(gone);
        }

        foreach ((ResourceKey Key, string Type) gone in _transitions.Keys.Where(k => !present.Contains(k.Key)).ToList())
        {
            _transitions.Remove(gone);
        }
    }

    private static string Plural(string kind) =>
        kind.EndsWith('y') ? kind.ToLowerInvariant()[..^1] + "ies" : kind.ToLowerInvariant() + "s";
}
