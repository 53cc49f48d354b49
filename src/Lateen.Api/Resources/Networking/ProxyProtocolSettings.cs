namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;

/// <summary>The header that names the client at the start of a connection.</summary>
public sealed record ProxyProtocolSettings
{
    [Description("V1 (text, the default) or V2 (binary).")]
    public ProxyProtocolVersion Version { get; init; }
}
