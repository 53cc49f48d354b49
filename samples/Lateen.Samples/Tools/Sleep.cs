namespace Lateen.Samples.Tools;

using System.Globalization;

/// <summary>Does nothing until told to end: a pod to run commands in.</summary>
internal static class Sleep
{
    public static async Task<int> RunAsync(string[] args)
    {
        TimeSpan time = Timeout.InfiniteTimeSpan;
        if (args.Length > 0 && args[0] is not ("infinity" or "inf"))
        {
            if (!double.TryParse(args[0].TrimEnd('s'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds))
            {
                await Console.Error.WriteLineAsync($"sleep: '{args[0]}' is no number of seconds");
                return 64;
            }

            time = TimeSpan.FromSeconds(seconds);
        }

        using Shutdown shutdown = new();
        await Task.WhenAny(shutdown.Requested, Task.Delay(time));
        return 0;
    }
}
