namespace Lateen.Api.Names;

using System.Diagnostics.CodeAnalysis;
using System.Globalization;

/// <summary>Istio's name of a cluster: <c>outbound|80|v1|a.b.svc.cluster.local</c> or <c>inbound|9080||</c>.</summary>
public readonly record struct ClusterName(ClusterDirection Direction, int Port, string Subset, string Host)
{
    /// <summary>Forwards to the original destination of a connection to a host outside the registry.</summary>
    public const string Passthrough = "PassthroughCluster";

    /// <summary>Has no hosts: what is routed here fails.</summary>
    public const string BlackHole = "BlackHoleCluster";

    /// <summary>Forwards inbound connections to ports that no Service names.</summary>
    public const string InboundPassthrough = "InboundPassthroughCluster";

    public static ClusterName Outbound(int port, string host, string subset = "") =>
        new(ClusterDirection.Outbound, port, subset, host);

    public static ClusterName Inbound(int port) => new(ClusterDirection.Inbound, port, "", "");

    public static bool TryParse([NotNullWhen(true)] string? text, out ClusterName name)
    {
        name = default;
        string[] parts = text is null ? [] : text.Split('|');
        if (parts.Length != 4 || !TryParseDirection(parts[0], out ClusterDirection direction))
        {
            return false;
        }

        if (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port > 65535)
        {
            return false;
        }

        name = new ClusterName(direction, port, parts[2], parts[3]);
        return true;
    }

    /// <summary>The form Istio puts into SNI, where <c>|</c> is not allowed: <c>outbound_.80_.v1_.host</c>.</summary>
    public string ToSni() => Join("_.");

    public override string ToString() => Join("|");

    private static bool TryParseDirection(string text, out ClusterDirection direction)
    {
        direction = text == "inbound" ? ClusterDirection.Inbound : ClusterDirection.Outbound;
        return text is "inbound" or "outbound";
    }

    private string Join(string separator)
    {
        string direction = Direction is ClusterDirection.Inbound ? "inbound" : "outbound";
        return string.Create(CultureInfo.InvariantCulture, $"{direction}{separator}{Port}{separator}{Subset}{separator}{Host}");
    }
}
