namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;

/// <summary>An address of a gateway.</summary>
public sealed record GatewayAddress
{
    [Description("IPAddress (default) or Hostname.")]
    public string? Type { get; init; }

    [Description("The address.")]
    public string Value { get; init; } = "";
}
