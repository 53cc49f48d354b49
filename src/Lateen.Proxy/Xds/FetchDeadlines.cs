namespace Lateen.Proxy.Xds;

/// <summary>
/// Until when named resources are waited for (initial_fetch_timeout). One that does not come in time counts as missing, so that what
/// refers to it serves without it.
/// </summary>
internal sealed class FetchDeadlines(TimeProvider time)
{
    private readonly Dictionary<(string TypeUrl, string Name), DateTimeOffset> _waiting = [];
    private readonly HashSet<(string TypeUrl, string Name)> _seen = [];

    /// <summary>When the next one is over; null when nothing is waited for.</summary>
    public DateTimeOffset? Next => _waiting.Count == 0 ? null : _waiting.Values.Min();

    public void BeginRound() => _seen.Clear();

    /// <summary>True when this name was waited for long enough. A timeout of zero never ends (Istio sets it).</summary>
    public bool IsOver(string typeUrl, string name, TimeSpan timeout)
    {
        if (timeout <= TimeSpan.Zero)
        {
            return false;
        }

        DateTimeOffset now = time.GetUtcNow();
        (string, string) key = (typeUrl, name);
        if (!_waiting.TryGetValue(key, out DateTimeOffset deadline))
        {
            _waiting[key] = deadline = now + timeout;
        }

        _seen.Add(key);
        return now >= deadline;
    }

    /// <summary>Forgets what nobody waits for any more.</summary>
    public void EndRound()
    {
        foreach ((string TypeUrl, string Name) key in _waiting.Keys.Where(key => !_seen.Contains(key)).ToArray())
        {
            _waiting.Remove(key);
        }
    }
}
