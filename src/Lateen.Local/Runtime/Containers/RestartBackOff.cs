namespace Lateen.Local.Runtime.Containers;

/// <summary>
/// How long a container waits before it starts again: not at all the first time and after a good run, then 1, 2, 4 … 300 seconds
/// (Kubernetes begins at 10; on one machine nobody else suffers from a faster retry).
/// </summary>
internal sealed class RestartBackOff
{
    private static readonly TimeSpan GoodRun = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(300);
    private TimeSpan _next = TimeSpan.Zero;

    internal TimeSpan After(TimeSpan run)
    {
        TimeSpan wait = run >= GoodRun ? TimeSpan.Zero : _next;
        _next = wait == TimeSpan.Zero ? TimeSpan.FromSeconds(1) : wait * 2 > Longest ? Longest : wait * 2;
        return wait;
    }
}
