namespace Lateen.Testing;

/// <summary>Measures what a piece of work allocates on the calling thread.</summary>
public static class Allocation
{
    private const int Windows = 4;

    /// <summary>
    /// The least bytes of several equal windows of work, and how many windows were run; the first without any ends it. The run-time compiles
    /// hot methods anew while they run and may allocate once on their thread when it puts them in place (the shipped programs are compiled
    /// beforehand). What the work itself allocates for each request shows in every window.
    /// </summary>
    public static (long Bytes, int Windows) LeastOf(Action window)
    {
        long least = long.MaxValue;
        for (int run = 1; run <= Windows; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            window();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            if (least == 0)
            {
                return (0, run);
            }
        }

        return (least, Windows);
    }
}
