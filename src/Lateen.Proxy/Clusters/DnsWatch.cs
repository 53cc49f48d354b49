namespace Lateen.Proxy.Clusters;

using System.Net;
using System.Net.Sockets;
using Lateen.Engine.Loop;
using Lateen.Proxy.Config;
using SocketAddress = Lateen.Engine.Transport.SocketAddress;

/// <summary>
/// One DNS cluster's names, resolved again and again. The timer is the home loop's, the waiting nobody's. A name that cannot be
/// resolved keeps its last addresses.
/// </summary>
internal sealed class DnsWatch : LoopTimer
{
    private readonly DnsClusters _owner;
    private readonly ClusterStats _stats;
    private readonly CancellationTokenSource _stop = new();

    // Replaced, never changed: the configuration thread may copy it while an answer comes in.
    private volatile Dictionary<string, IReadOnlyList<IPAddress>> _known;
    private int _failures;

    public DnsWatch(DnsClusters owner, ClusterConfig config, ClusterStats stats, DnsWatch? before)
    {
        _owner = owner;
        _stats = stats;
        Config = config;

        // A new configuration of the same cluster starts from what is known.
        _known = before?._known ?? new(StringComparer.Ordinal);
        Current = Build();
        owner.Home.Post(new StartTask(this));
    }

    public ClusterConfig Config { get; }

    /// <summary>What is known now; read and replaced by whole reference.</summary>
    public EndpointsConfig? Current { get; private set; }

    /// <summary>From the configuration thread.</summary>
    public void Stop()
    {
        _stop.Cancel();
        _owner.Home.Post(new DisarmTask(this));
    }

    public override void OnFire() => _ = ResolveAsync();

    private async Task ResolveAsync()
    {
        TimeSpan next = Config.DnsRefreshRate;
        try
        {
            bool all = true;
            TimeSpan? shortest = null;
            foreach (string name in Names())
            {
                (bool resolved, TimeSpan? life) = await TryResolveAsync(name).ConfigureAwait(false);
                all &= resolved;
                shortest = life is null || shortest < life ? shortest : life;
            }

            _failures = all ? 0 : _failures + 1;
            next = all ? Respected(shortest) : AfterFailure();
        }
        catch (OperationCanceledException)
        {
            // The cluster is gone or was configured anew.
            return;
        }

        EndpointsConfig? before = Current;
        Current = Build();
        if (!_stop.IsCancellationRequested)
        {
            if (!SameAddresses(before, Current))
            {
                _owner.OnResolved(Config.Name);
            }

            _owner.Home.Post(new ArmTask(this, next));
        }
    }

    private async Task<(bool Resolved, TimeSpan? Life)> TryResolveAsync(string name)
    {
        _stats.DnsAttempt.Increment();
        try
        {
            ResolvedName answer = await _owner.Resolver.ResolveAsync(name, Config.DnsLookupFamily, _stop.Token).ConfigureAwait(false);
            _stats.DnsSuccess.Increment();
            if (answer.Addresses.Count == 0)
            {
                _stats.DnsEmpty.Increment();
            }

            // A logical host does not lose its address to an answer without any (Envoy, logical_dns_cluster).
            if (answer.Addresses.Count > 0 || Config.Type is ClusterType.StrictDns)
            {
                _known = new(_known, StringComparer.Ordinal) { [name] = answer.Addresses };
            }

            return (true, answer.TimeToLive);
        }
        catch (SocketException)
        {
            _stats.DnsFailure.Increment();
            return (false, null);
        }
    }

    // A record that lives for no time at all would be asked for without end.
    private TimeSpan Respected(TimeSpan? life) =>
        Config.RespectDnsTtl && life is { } time && time > TimeSpan.Zero ? time : Config.DnsRefreshRate;

    private TimeSpan AfterFailure()
    {
        if (Config.DnsFailureBaseInterval <= TimeSpan.Zero)
        {
            return Config.DnsRefreshRate;
        }

        TimeSpan grown = Config.DnsFailureBaseInterval * Math.Pow(2, Math.Min(_failures - 1, 20));
        return grown < Config.DnsFailureMaxInterval ? grown : Config.DnsFailureMaxInterval;
    }

    private IEnumerable<string> Names() =>
        (Config.InlineEndpoints?.Hosts ?? []).Where(static h => h.DnsName.Length > 0).Select(static h => h.DnsName).Distinct();

    private EndpointsConfig? Build()
    {
        if (Config.InlineEndpoints is not { } inline)
        {
            return null;
        }

        var hosts = new List<HostConfig>();
        foreach (HostConfig host in inline.Hosts)
        {
            if (host.DnsName.Length == 0)
            {
                hosts.Add(host);
            }
            else if (_known.TryGetValue(host.DnsName, out IReadOnlyList<IPAddress>? addresses))
            {
                hosts.AddRange(Chosen(addresses, host.DnsPort).Select(a => host with
                {
                    Address = a,
                    Hostname = host.Hostname.Length > 0 ? host.Hostname : host.DnsName,
                }));
            }
        }

        return inline with { Hosts = hosts };
    }

    // A logical host has one address, and keeps it as long as the name has it: servers rotate their answers.
    private IEnumerable<SocketAddress> Chosen(IReadOnlyList<IPAddress> addresses, int port)
    {
        SocketAddress[] all = [.. addresses.Select(a => SocketAddress.From(a, port)).OrderBy(static a => a.Bits)];
        if (Config.Type is not ClusterType.LogicalDns || all.Length == 0)
        {
            return all;
        }

        SocketAddress kept = (Current?.Hosts ?? []).Select(static h => h.Address).FirstOrDefault(a => all.Contains(a));
        return [kept.IsNone ? SocketAddress.From(addresses[0], port) : kept];
    }

    private static bool SameAddresses(EndpointsConfig? one, EndpointsConfig? other) =>
        (one?.Hosts ?? []).Select(static h => h.Address).SequenceEqual((other?.Hosts ?? []).Select(static h => h.Address));

    private sealed class StartTask(DnsWatch watch) : LoopTask
    {
        public override void Run(EventLoop loop) => watch.OnFire();
    }

    private sealed class ArmTask(DnsWatch watch, TimeSpan delay) : LoopTask
    {
        public override void Run(EventLoop loop)
        {
            if (!watch._stop.IsCancellationRequested)
            {
                loop.Arm(watch, (long)delay.TotalMicroseconds);
            }
        }
    }

    private sealed class DisarmTask(DnsWatch watch) : LoopTask
    {
        public override void Run(EventLoop loop) => loop.Disarm(watch);
    }
}
