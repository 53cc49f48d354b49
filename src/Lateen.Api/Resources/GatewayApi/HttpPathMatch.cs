namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>A condition on the path.</summary>
public sealed record HttpPathMatch
{
    [Description("PathPrefix (default; whole segments), Exact or RegularExpression.")]
    [AllowedValues("Exact", "PathPrefix", "RegularExpression")]
    public string Type { get; init; } = "";

    [Description("The path; / by default.")]
    public string? Value { get; init; }
}
