namespace Lateen.Proxy.Clusters;

using System.Diagnostics.CodeAnalysis;
using Lateen.Engine.Transport;
using Lateen.Proxy.Config;

/// <summary>
/// One worker's pools for one host: one as a rule, more where the downstream decides the protocol, or the request the server name of TLS,
/// or where each client has its own (PROXY protocol). A few are compared one by one, many are found by their hash.
/// </summary>
internal sealed class WorkerPools
{
    private const int Few = 8;
    private const int Many = 64;

    // Filled from the front; other workers read it, so an entry is set before it is counted and a pruned copy replaces the whole.
    private HttpPool?[] _all = [];
    private int _count;
    private int _pruneAt = Many;
    private Dictionary<Key, HttpPool>? _index;

    /// <summary>From any thread; the tail is empty.</summary>
    public ReadOnlySpan<HttpPool?> All => Volatile.Read(ref _all);

    public HttpPool? Find(
        UpstreamProtocol protocol, ReadOnlySpan<byte> serverName, in SocketAddress client, in SocketAddress destination)
    {
        if (_index is { } index)
        {
            var wanted = new View(protocol, client, destination, serverName);
            return index.GetAlternateLookup<View>().TryGetValue(wanted, out HttpPool? found) ? found : null;
        }

        foreach (HttpPool? pool in _all.AsSpan(0, _count))
        {
            if (pool is not null && pool.Protocol == protocol && pool.Client == client && pool.Destination == destination
                && pool.ServerName.SequenceEqual(serverName))
            {
                return pool;
            }
        }

        return null;
    }

    public HttpPool? FindShared(UpstreamProtocol protocol)
    {
        foreach (HttpPool? pool in _all)
        {
            if (pool is not null && pool.Protocol == protocol && pool.IsShared)
            {
                return pool;
            }
        }

        return null;
    }

    public void Add(HttpPool pool)
    {
        if (_count >= _pruneAt)
        {
            Prune();
        }

        if (_count == _all.Length)
        {
            var larger = new HttpPool?[Math.Max(1, _count * 2)];
            _all.CopyTo(larger, 0);
            Volatile.Write(ref _all, larger);
        }

        Volatile.Write(ref _all[_count++], pool);
        if (_index is not null)
        {
            _index[KeyOf(pool)] = pool;
        }
        else if (_count > Few)
        {
            BuildIndex();
        }
    }

    // Names and clients come and go; pools that hold nothing are forgotten, each time that their number has doubled.
    private void Prune()
    {
        HttpPool?[] left = Array.FindAll(_all, static pool => pool is { IsEmpty: false });
        _count = left.Length;
        _pruneAt = Math.Max(Many, _count * 2);
        Volatile.Write(ref _all, left);
        _index = null;
        if (_count > Few)
        {
            BuildIndex();
        }
    }

    private void BuildIndex()
    {
        _index = new Dictionary<Key, HttpPool>(Comparer.Instance);
        foreach (HttpPool? pool in _all)
        {
            if (pool is not null)
            {
                _index[KeyOf(pool)] = pool;
            }
        }
    }

    private static Key KeyOf(HttpPool pool) => new(pool.Protocol, pool.Client, pool.Destination, pool.ServerName.ToArray());

    private readonly record struct Key(UpstreamProtocol Protocol, SocketAddress Client, SocketAddress Destination, byte[] ServerName)
    {
        public View AsView() => new(Protocol, Client, Destination, ServerName);
    }

    private readonly ref struct View(
        UpstreamProtocol protocol, SocketAddress client, SocketAddress destination, ReadOnlySpan<byte> serverName)
    {
        private readonly ReadOnlySpan<byte> _serverName = serverName;
        private readonly SocketAddress _client = client;
        private readonly SocketAddress _destination = destination;
        private readonly UpstreamProtocol _protocol = protocol;

        public Key ToKey() => new(_protocol, _client, _destination, _serverName.ToArray());

        public bool Is(in View other) => _protocol == other._protocol && _client == other._client && _destination == other._destination
            && _serverName.SequenceEqual(other._serverName);

        public int Hash()
        {
            var hash = new HashCode();
            hash.Add(_client);
            hash.Add(_destination);
            hash.Add((int)_protocol);
            hash.AddBytes(_serverName);
            return hash.ToHashCode();
        }
    }

    private sealed class Comparer : IEqualityComparer<Key>, IAlternateEqualityComparer<View, Key>
    {
        public static Comparer Instance { get; } = new();

        public bool Equals(Key x, Key y) => x.AsView().Is(y.AsView());

        public bool Equals(View alternate, Key other) => alternate.Is(other.AsView());

        public int GetHashCode([DisallowNull] Key obj) => obj.AsView().Hash();

        public int GetHashCode(View alternate) => alternate.Hash();

        public Key Create(View alternate) => alternate.ToKey();
    }
}
