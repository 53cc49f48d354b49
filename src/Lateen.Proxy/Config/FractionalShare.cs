namespace Lateen.Proxy.Config;

using Lateen.Engine.Loop;

/// <summary>A share of requests, for example 12.5 in 100.</summary>
public readonly record struct FractionalShare(uint Numerator, uint Denominator)
{
    public static FractionalShare Never { get; } = new(0, 100);

    public static FractionalShare Always { get; } = new(100, 100);

    /// <summary>A percentage in steps of a ten-thousandth of a percent, which is what Envoy can express.</summary>
    public static FractionalShare Percent(double percent) => new((uint)Math.Round(percent * 10_000), 1_000_000);

    public bool IsNever => Numerator == 0;

    public bool Draw(LoopRandom random) =>
        Numerator >= Denominator ? Denominator > 0 : Numerator > 0 && (uint)random.Next((int)Denominator) < Numerator;
}
