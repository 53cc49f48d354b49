namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using Lateen.Api.Names;

/// <summary>Changes headers.</summary>
public sealed record HeaderFilter
{
    [Description("Headers to overwrite.")]
    public ValueList<HeaderEntry> Set { get; init; } = [];

    [Description("Headers to append to.")]
    public ValueList<HeaderEntry> Add { get; init; } = [];

    [Description("Headers to remove.")]
    public ValueList<string> Remove { get; init; } = [];
}
