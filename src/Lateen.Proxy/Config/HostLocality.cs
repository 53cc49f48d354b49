namespace Lateen.Proxy.Config;

/// <summary>Where a host runs.</summary>
public sealed record HostLocality(string Region, string Zone, string SubZone)
{
    public static HostLocality None { get; } = new("", "", "");
}
