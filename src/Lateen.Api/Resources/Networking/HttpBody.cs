namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using Lateen.Api.Resources.Schemas;

/// <summary>A body given as text or as base64.</summary>
[AtMostOne("string", "bytes")]
public sealed record HttpBody
{
    [Description("The body as text.")]
    public string? String { get; init; }

    [Description("The body in base64.")]
    public string? Bytes { get; init; }
}
