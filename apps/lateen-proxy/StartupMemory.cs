namespace Lateen.ProxyApp;

using Lateen.Engine.Native;

/// <summary>
/// Gives back the memory that start and first configuration took, heap and code. A sidecar then lies idle for long, and nothing it does there would
/// ever make the collector look again.
/// </summary>
internal static class StartupMemory
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    public static async Task ReleaseOnceReadyAsync(Func<bool> isReady, CancellationToken cancel)
    {
        while (!isReady() && !cancel.IsCancellationRequested)
        {
            await Task.Delay(Poll, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // Not at once: the requests that waited for readiness go first.
        await Task.Delay(Quiet, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!cancel.IsCancellationRequested)
        {
            CodePages.Release();
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }
}
