namespace Lateen.Proxy.Config;

/// <summary>
/// Turns a monitor's pressure (0 to 1) into an action's strength: 0 below <paramref name="From"/>, 1 from <paramref name="Full"/> on,
/// in between in proportion.
/// </summary>
public sealed record OverloadTrigger(string Monitor, double From, double Full)
{
    public double StrengthAt(double pressure)
    {
        if (pressure >= Full)
        {
            return 1;
        }

        return pressure <= From ? 0 : (pressure - From) / (Full - From);
    }
}
