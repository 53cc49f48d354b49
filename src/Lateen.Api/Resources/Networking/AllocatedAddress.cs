namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;

/// <summary>A virtual address that the mesh gave to a host.</summary>
public sealed record AllocatedAddress
{
    [Description("The address.")]
    public string Value { get; init; } = "";

    [Description("The host it stands for.")]
    public string Host { get; init; } = "";
}
