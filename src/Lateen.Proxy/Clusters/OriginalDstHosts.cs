namespace Lateen.Proxy.Clusters;

using System.Buffers.Text;
using System.Collections.Concurrent;
using Lateen.Engine.Transport;
using Lateen.Proxy.Config;
using Lateen.Proxy.LoadBalancing;

/// <summary>
/// The hosts of an ORIGINAL_DST cluster: one per destination, made on first use. Shared by all workers, because breakers and
/// stats are; a concurrent map suffices as a destination is looked up once per connection, not per request.
/// </summary>
internal sealed class OriginalDstHosts(Cluster cluster)
{
    // Unused hosts are swept when this many exist, so that a port scan through the proxy cannot fill the memory.
    private const int SweepAt = 4096;
    private readonly ConcurrentDictionary<SocketAddress, Host> _hosts = new();

    public IEnumerable<Host> All => _hosts.Values;

    public Host? Pick(in PickContext context)
    {
        ClusterConfig config = cluster.Config;
        if (config.OriginalDstHeader is { } name && context.Headers is { } headers
            && headers.TryGet(name, out ReadOnlySpan<byte> value) && TryParse(value, out SocketAddress named))
        {
            return Get(named, config.OriginalDstPort);
        }

        return Get(context.OriginalDst, config.OriginalDstPort);
    }

    // "10.0.0.1:80", without making an object of it.
    private static bool TryParse(ReadOnlySpan<byte> text, out SocketAddress address)
    {
        address = default;
        uint bits = 0;
        for (int part = 0; part < 4; part++)
        {
            if (!Utf8Parser.TryParse(text, out byte number, out int used) || used >= text.Length || text[used] != (part < 3 ? '.' : ':'))
            {
                return false;
            }

            bits = (bits << 8) | number;
            text = text[(used + 1)..];
        }

        if (!Utf8Parser.TryParse(text, out ushort port, out int digits) || digits != text.Length || port == 0)
        {
            return false;
        }

        address = SocketAddress.V4(bits, port);
        return true;
    }

    private Host? Get(in SocketAddress destination, int portOverride)
    {
        if (destination.IsNone)
        {
            return null;
        }

        SocketAddress address = portOverride > 0 ? destination.WithPort(portOverride) : destination;
        if (_hosts.TryGetValue(address, out Host? host) && !host.IsRemoved)
        {
            return host;
        }

        if (_hosts.Count >= SweepAt)
        {
            Sweep();
        }

        return _hosts[address] = new Host(new HostConfig { Address = address }, address, cluster);
    }

    private void Sweep()
    {
        foreach ((SocketAddress address, Host host) in _hosts)
        {
            if (host.ActiveConnections == 0 && host.ActiveRequests == 0)
            {
                host.MarkRemoved();
                _hosts.TryRemove(address, out _);
            }
        }
    }
}
