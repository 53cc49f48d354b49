namespace Lateen.Control.Ads;

using System.Runtime.CompilerServices;
using Lateen.Control.Snapshot;

/// <summary>
/// Pods that want to end and wait until nobody calls them any more: until the snapshot is without their address and every
/// connected proxy has acknowledged the endpoints of that snapshot or a later one.
/// </summary>
internal sealed class EndpointReleases(Func<MeshSnapshot> current, Func<IEnumerable<long>> acknowledged)
{
    private readonly Lock gate = new();
    private readonly List<Waiting> waiting = [];
    private readonly ConditionalWeakTable<MeshSnapshot, HashSet<string>> addresses = [];
    private int count;

    /// <summary>Completes once the address is released.</summary>
    public async Task WaitAsync(string address, CancellationToken cancellation)
    {
        Waiting mine = new(address);
        lock (gate)
        {
            waiting.Add(mine);
            count = waiting.Count;
        }

        try
        {
            Look();
            await mine.Released.Task.WaitAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            lock (gate)
            {
                waiting.Remove(mine);
                count = waiting.Count;
            }
        }
    }

    /// <summary>A snapshot was published, or a proxy acknowledged or left.</summary>
    public void Look()
    {
        if (Volatile.Read(ref count) == 0)
        {
            return;
        }

        MeshSnapshot snapshot = current();
        long everywhere = acknowledged().DefaultIfEmpty(long.MaxValue).Min();
        HashSet<string> present = addresses.GetValue(snapshot, static each => [.. each.Endpoints.Addresses]);
        lock (gate)
        {
            foreach (Waiting each in waiting)
            {
                if (present.Contains(each.Address))
                {
                    each.GoneSince = long.MaxValue;
                    continue;
                }

                each.GoneSince = Math.Min(each.GoneSince, snapshot.Version);
                if (everywhere >= each.GoneSince)
                {
                    each.Released.TrySetResult();
                }
            }
        }
    }

    private sealed class Waiting(string address)
    {
        public string Address => address;

        public long GoneSince { get; set; } = long.MaxValue;

        public TaskCompletionSource Released { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
