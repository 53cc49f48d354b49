namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using Lateen.Api.Names;

/// <summary>Set, add and remove headers.</summary>
public sealed record HeaderOperations
{
    [Description("Headers to overwrite.")]
    public ValueMap<string, string> Set { get; init; } = ValueMap<string, string>.Empty;

    [Description("Values to append.")]
    public ValueMap<string, string> Add { get; init; } = ValueMap<string, string>.Empty;

    [Description("Headers to remove.")]
    public ValueList<string> Remove { get; init; } = [];
}
