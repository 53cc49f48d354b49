namespace Lateen.Proxy.Xds;

/// <summary>Waiting times between attempts: from 0.5 s up to 10 s, each drawn from its upper half so that proxies do not return together.</summary>
internal sealed class ReconnectBackoff(Random random)
{
    private const double FirstSeconds = 0.5;
    private const double MaxSeconds = 10;

    // Slower than doubling: a control plane that restarts within seconds is found again within seconds.
    private const double Growth = 1.5;

    private double _seconds = FirstSeconds;

    public TimeSpan Next()
    {
        double seconds = _seconds * (0.5 + (random.NextDouble() / 2));
        _seconds = Math.Min(_seconds * Growth, MaxSeconds);
        return TimeSpan.FromSeconds(seconds);
    }

    public void Reset() => _seconds = FirstSeconds;
}
