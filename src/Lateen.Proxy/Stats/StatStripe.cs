namespace Lateen.Proxy.Stats;

/// <summary>
/// A worker's own copy of every statistic. Who has it at hand adds without asking which thread is running; only the worker's own
/// thread may use it.
/// </summary>
public readonly struct StatStripe
{
    private StatStripe(int start) => Start = start;

    /// <summary>Where the worker's cells begin in a block; 0 stands for the copy that all other threads share.</summary>
    internal int Start { get; }

    internal static StatStripe OfWorker(int workerIndex) => new((workerIndex + 1) * StatCell.Stride);
}
