namespace Lateen.EndToEnd.Tests.DataPlane.Harness;

/// <summary>Notes the highest resident memory of a proxy while something goes on.</summary>
internal sealed class MemoryWatch : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;
    private long _highest;

    public MemoryWatch(ProxyUnderTest proxy) => _watching = WatchAsync(proxy, _stop.Token);

    public long Highest => Volatile.Read(ref _highest);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task WatchAsync(ProxyUnderTest proxy, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Step);
        while (!stop.IsCancellationRequested)
        {
            Volatile.Write(ref _highest, Math.Max(_highest, proxy.ResidentBytes));
            try
            {
                await timer.WaitForNextTickAsync(stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
