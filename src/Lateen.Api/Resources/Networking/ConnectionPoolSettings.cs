namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;

/// <summary>Limits on connections and requests.</summary>
public sealed record ConnectionPoolSettings
{
    [Description("Limits for HTTP and TCP alike.")]
    public TcpSettings? Tcp { get; init; }

    [Description("Limits for HTTP only.")]
    public HttpSettings? Http { get; init; }
}
