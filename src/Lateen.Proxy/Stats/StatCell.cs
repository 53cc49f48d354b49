namespace Lateen.Proxy.Stats;

using System.Runtime.CompilerServices;

/// <summary>One number per writer thread: a worker adds to its own copy without atomics, every other thread shares copy 0.</summary>
internal readonly struct StatCell
{
    /// <summary>From one worker's copy of a cell to the next worker's; copies of one worker lie together.</summary>
    internal const int Stride = 96;

    /// <summary>A cache line less than the stride, so that two workers never write to the same line. A cluster's statistics fit.</summary>
    internal const int CellsPerBlock = Stride - 8;

    [ThreadStatic]
    private static int s_stripe;

    private readonly long[] _block;
    private readonly int _offset;

    internal StatCell(long[] block, int offset)
    {
        _block = block;
        _offset = offset;
    }

    /// <summary>Gives the calling thread a copy of its own (1 and up). Two threads must never claim the same one.</summary>
    internal static void ClaimStripe(int stripe) => s_stripe = stripe;

    public void Add(long amount)
    {
        long[] block = _block;
        int start = s_stripe * Stride;
        int index = start + _offset;
        if (start != 0 && (uint)index < (uint)block.Length)
        {
            block[index] += amount;
            return;
        }

        AddShared(amount);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(long amount, StatStripe stripe)
    {
        long[] block = _block;
        int index = stripe.Start + _offset;
        if (stripe.Start != 0 && (uint)index < (uint)block.Length)
        {
            block[index] += amount;
            return;
        }

        AddShared(amount);
    }

    public long Sum()
    {
        long sum = 0;
        for (int i = _offset; i < _block.Length; i += Stride)
        {
            sum += Volatile.Read(ref _block[i]);
        }

        return sum;
    }

    private void AddShared(long amount) => Interlocked.Add(ref _block[_offset], amount);
}
