namespace Lateen.Engine.Loop;

/// <summary>
/// A loop's own random source (xoshiro256**): fast, not for secrets, and seeded, so that a simulation repeats exactly.
/// </summary>
public sealed class LoopRandom
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    public LoopRandom(ulong seed)
    {
        // SplitMix64 spreads a small seed over the whole state, as the generator's authors advise.
        _s0 = Spread(ref seed);
        _s1 = Spread(ref seed);
        _s2 = Spread(ref seed);
        _s3 = Spread(ref seed);
    }

    public ulong NextUInt64()
    {
        ulong result = ulong.RotateLeft(_s1 * 5, 7) * 9;
        ulong shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = ulong.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>A number from 0 up to, not including, <paramref name="bound"/>, which must be positive.</summary>
    public int Next(int bound)
    {
        // The high half of a product of 96 bits, in two parts: a multiplication to 128 bits is done in software on an older processor.
        ulong draw = NextUInt64();
        ulong high = (draw >> 32) * (uint)bound;
        ulong low = ((uint)draw * (ulong)(uint)bound) >> 32;
        return (int)((high + low) >> 32);
    }

    /// <summary>A number in [0, 1).</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    private static ulong Spread(ref ulong seed)
    {
        ulong z = seed += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
