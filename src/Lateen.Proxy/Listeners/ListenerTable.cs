namespace Lateen.Proxy.Listeners;

using System.Collections.Frozen;
using Lateen.Engine.Transport;

/// <summary>The listeners of a snapshot, by name and, for redirected connections, by address.</summary>
internal sealed class ListenerTable
{
    private readonly FrozenDictionary<SocketAddress, Listener> _handedTo;

    public ListenerTable(IEnumerable<Listener> listeners)
    {
        ByName = listeners.ToFrozenDictionary(static l => l.Config.Name, StringComparer.Ordinal);
        var handedTo = new Dictionary<SocketAddress, Listener>();
        foreach (Listener listener in ByName.Values)
        {
            // A listener that itself hands over must not receive what it gave away.
            if (!listener.Config.UseOriginalDst)
            {
                foreach (SocketAddress address in listener.Config.AllAddresses)
                {
                    handedTo.TryAdd(address, listener);
                }
            }
        }

        _handedTo = handedTo.ToFrozenDictionary();
    }

    public static ListenerTable Empty { get; } = new([]);

    public FrozenDictionary<string, Listener> ByName { get; }

    /// <summary>The listener of a destination: ip:port, then any address with that port; null when there is none.</summary>
    public Listener? FindFor(in SocketAddress destination)
    {
        if (_handedTo.TryGetValue(destination, out Listener? exact))
        {
            return exact;
        }

        SocketAddress any = destination.IsV4 ? SocketAddress.V4(0, destination.Port) : SocketAddress.V6(0, destination.Port);
        return _handedTo.GetValueOrDefault(any);
    }
}
