namespace Lateen.Local.Launcher;

using System.Text.Json;

/// <summary>What a running cluster says about itself in its home: found again by `status` and `down`.</summary>
public sealed record ClusterStatus(int LauncherProcess, long LauncherStartTicks, DateTimeOffset Started, int ApiPort, bool Ready, int ChartsPort = 0)
{
    /// <summary>True while that very process lives (a recycled process number has another start time).</summary>
    public bool IsRunning => StartTicks(LauncherProcess) == LauncherStartTicks;

    public static ClusterStatus? TryRead(ClusterHome home)
    {
        try
        {
            return JsonSerializer.Deserialize<ClusterStatus>(File.ReadAllText(home.StatusFile));
        }
        catch (Exception failure) when (failure is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Write(ClusterHome home)
    {
        string temporary = home.StatusFile + ".new";
        File.WriteAllText(temporary, JsonSerializer.Serialize(this));
        File.Move(temporary, home.StatusFile, overwrite: true);
    }

    internal static long StartTicks(int process)
    {
        try
        {
            // proc_pid_stat(5): field 22 is the start time; the name in field 2 may hold spaces, so count after its closing bracket.
            string stat = File.ReadAllText($"/proc/{process}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            // A zombie has ended; only nobody has asked for its exit code yet.
            return fields[0] is "Z" or "X" ? -1 : long.Parse(fields[19], System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return -1;
        }
    }
}
