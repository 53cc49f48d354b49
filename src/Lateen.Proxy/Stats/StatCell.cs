namespace Lateen.Proxy.Stats;

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
        int index = (s_stripe * Stride) + _offset;
        if (s_stripe != 0 && index < _block.Length)
        {
            _block[index] += amount;
            return;
        }

        Interlocked.Add(ref _block[_offset], amount);
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
}
