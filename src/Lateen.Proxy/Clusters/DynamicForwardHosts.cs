namespace Lateen.Proxy.Clusters;

using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Lateen.Engine.Loop;
using Lateen.Proxy.Config;
using SocketAddress = Lateen.Engine.Transport.SocketAddress;

/// <summary>
/// The hosts of a dynamic forward cluster, keyed by the request's authority: resolved on first use, resolved again while they are
/// used, forgotten afterwards. Shared by all workers.
/// </summary>
public sealed class DynamicForwardHosts
{
    private const int MaxAuthority = 300;
    private const int DefaultPort = 80;

    private readonly Cluster _cluster;
    private readonly IReadOnlyList<EventLoop> _loops;
    private readonly NameResolver _resolver;
    private readonly ConcurrentDictionary<string, DynamicForwardHost> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, DynamicForwardHost>.AlternateLookup<ReadOnlySpan<char>> _byText;
    private readonly RefreshTimer _timer;

    internal DynamicForwardHosts(Cluster cluster, IReadOnlyList<EventLoop> loops, NameResolver resolver)
    {
        _cluster = cluster;
        _loops = loops;
        _resolver = resolver;
        _byText = _hosts.GetAlternateLookup<ReadOnlySpan<char>>();
        _timer = new RefreshTimer(this);
        loops[0].Post(new ArmTask(this));
    }

    internal IEnumerable<Host> All => _hosts.Values.Select(static h => h.Host).OfType<Host>();

    private DynamicForwardConfig Config => _cluster.Config.DynamicForward ?? new DynamicForwardConfig();

    /// <summary>Makes sure that the host of an authority is known, or begins to find it.</summary>
    /// <param name="authority">"name", "name:port", or an address.</param>
    /// <param name="loop">The caller's.</param>
    /// <param name="wake">Runs on the loop when a pending name is resolved or has failed.</param>
    public DynamicForwardStatus Prepare(ReadOnlySpan<byte> authority, EventLoop loop, LoopTask wake)
    {
        string key = Encoding.Latin1.GetString(authority);
        if (_hosts.TryGetValue(key, out DynamicForwardHost? known))
        {
            return known.TryWait(loop, wake) ? DynamicForwardStatus.Pending : DynamicForwardStatus.Ready;
        }

        if (!TrySplit(key, out string name, out int port))
        {
            return DynamicForwardStatus.Invalid;
        }

        if (_hosts.Count >= Config.MaxHosts)
        {
            return DynamicForwardStatus.Overflow;
        }

        var fresh = new DynamicForwardHost(name, port) { LastUsedMicros = loop.NowMicros };
        DynamicForwardHost entry = _hosts.GetOrAdd(key, fresh);
        bool waits = entry.TryWait(loop, wake);
        if (ReferenceEquals(entry, fresh))
        {
            _ = ResolveAsync(key, entry);
        }

        return waits ? DynamicForwardStatus.Pending : DynamicForwardStatus.Ready;
    }

    /// <summary>True when a request for this authority can go on.</summary>
    public bool IsKnown(ReadOnlySpan<byte> authority, long nowMicros) => Find(authority, nowMicros) is not null;

    internal Host? Find(ReadOnlySpan<byte> authority, long nowMicros)
    {
        Span<char> text = stackalloc char[MaxAuthority];
        if (authority.Length > MaxAuthority || Encoding.Latin1.GetChars(authority, text) == 0
            || !_byText.TryGetValue(text[..authority.Length], out DynamicForwardHost? entry))
        {
            return null;
        }

        entry.LastUsedMicros = nowMicros;
        return entry.Host;
    }

    private static bool TrySplit(string authority, out string name, out int port)
    {
        int colon = authority.LastIndexOf(':');
        bool hasPort = colon > 0 && authority[^1] != ']';
        name = (hasPort ? authority[..colon] : authority).Trim('[', ']');
        port = DefaultPort;
        return name.Length is > 0 and <= 253 && (!hasPort
            || (int.TryParse(authority[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and < 65536));
    }

    private async Task ResolveAsync(string key, DynamicForwardHost entry)
    {
        SocketAddress address = await LookUpAsync(entry).ConfigureAwait(false);
        if (!address.IsNone && entry.Host?.Address != address)
        {
            Retire(entry.Host);
            entry.Host = new Host(new HostConfig { Address = address, Hostname = entry.Name }, address, _cluster);
        }

        // A name that never resolved is forgotten, so that the next request asks again; a known one keeps its address.
        if (entry.Host is null)
        {
            _hosts.TryRemove(key, out _);
        }

        entry.WakeAll();
    }

    private async Task<SocketAddress> LookUpAsync(DynamicForwardHost entry)
    {
        if (SocketAddress.TryParse(entry.Name, entry.Port, out SocketAddress literal))
        {
            return literal;
        }

        ClusterStats stats = _cluster.Stats;
        using var patience = new CancellationTokenSource(Config.QueryTimeout);
        stats.DnsAttempt.Increment();
        try
        {
            ResolvedName found = await _resolver.ResolveAsync(entry.Name, Config.Family, patience.Token).ConfigureAwait(false);
            stats.DnsSuccess.Increment();
            return found.Addresses.Count == 0 ? default : SocketAddress.From(found.Addresses[0], entry.Port);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            stats.DnsFailure.Increment();
            return default;
        }
    }

    private void Retire(Host? host)
    {
        if (host is null)
        {
            return;
        }

        host.MarkRemoved();
        foreach (EventLoop loop in _loops)
        {
            loop.Post(new DrainTask(host));
        }
    }

    // On the home loop, once per refresh rate: what nobody uses goes, the rest is looked up again.
    private void Refresh()
    {
        long now = _loops[0].NowMicros;
        long life = (long)Config.HostTtl.TotalMicroseconds;
        foreach ((string key, DynamicForwardHost entry) in _hosts)
        {
            if (now - entry.LastUsedMicros >= life && entry.Host is { ActiveRequests: 0 })
            {
                _hosts.TryRemove(key, out _);
                Retire(entry.Host);
            }
            else if (entry.Host is not null)
            {
                _ = ResolveAsync(key, entry);
            }
        }

        Arm();
    }

    private void Arm()
    {
        if (_cluster.Dynamic == this)
        {
            _loops[0].Arm(_timer, (long)Config.RefreshRate.TotalMicroseconds);
        }
    }

    private sealed class RefreshTimer(DynamicForwardHosts hosts) : LoopTimer
    {
        public override void OnFire() => hosts.Refresh();
    }

    private sealed class ArmTask(DynamicForwardHosts hosts) : LoopTask
    {
        public override void Run(EventLoop loop) => hosts.Arm();
    }

    private sealed class DrainTask(Host host) : LoopTask
    {
        public override void Run(EventLoop loop) => host.DrainPools(loop.WorkerIndex);
    }
}
