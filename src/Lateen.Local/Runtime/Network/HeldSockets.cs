namespace Lateen.Local.Runtime.Network;

/// <summary>The host's sockets that one run of a container holds: descriptors by the port its program listens on.</summary>
internal sealed class HeldSockets(IReadOnlyDictionary<int, IReadOnlyList<int>> descriptors, IReadOnlyList<HostListener> listeners) : IDisposable
{
    internal static HeldSockets None { get; } = new(new Dictionary<int, IReadOnlyList<int>>(), []);

    internal IReadOnlyDictionary<int, IReadOnlyList<int>> Descriptors => descriptors;

    public void Dispose()
    {
        foreach (HostListener listener in listeners)
        {
            listener.TakeBack();
        }
    }
}
