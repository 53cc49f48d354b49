namespace Lateen.Control.Ads;

/// <summary>Counts nothing, for offline use.</summary>
public sealed class NoMetrics : IControlMetrics
{
    public static readonly NoMetrics Instance = new();

    public void ConnectionsChanged(int connected)
    {
    }

    public void Pushed(XdsType type, int resources)
    {
    }

    public void Rejected(XdsType type)
    {
    }

    public void Converged(TimeSpan elapsed)
    {
    }

    public void Queued(TimeSpan elapsed)
    {
    }

    public void Debounced(TimeSpan elapsed, int changes)
    {
    }
}
