namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;

/// <summary>A share.</summary>
public sealed record MirrorFraction
{
    [Description("The part.")]
    public int Numerator { get; init; }

    [Description("The whole; 100 by default.")]
    public int? Denominator { get; init; }
}
