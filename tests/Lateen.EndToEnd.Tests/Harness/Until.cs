namespace Lateen.EndToEnd.Tests.Harness;

using System.Diagnostics;

/// <summary>Waits for something to become true in the real world, with a deadline.</summary>
internal static class Until
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    public static async Task<TimeSpan> TrueAsync(Func<Task<bool>> condition, TimeSpan limit, Func<string> explain)
    {
        long started = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Step);
        do
        {
            if (await condition())
            {
                return Stopwatch.GetElapsedTime(started);
            }
        }
        while (Stopwatch.GetElapsedTime(started) < limit && await timer.WaitForNextTickAsync());

        Assert.Fail($"not within {limit}: {explain()}");
        return limit;
    }
}
