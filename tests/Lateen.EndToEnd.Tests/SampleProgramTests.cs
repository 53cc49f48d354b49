namespace Lateen.EndToEnd.Tests;

using System.Diagnostics;
using System.Globalization;
using Lateen.EndToEnd.Tests.DataPlane.Harness;
using Lateen.EndToEnd.Tests.Harness;

/// <summary>What a sample takes of the machine that many of them share.</summary>
public sealed class SampleProgramTests
{
    // A user has 128 of them on the whole machine; a sample that found none left ended at its start.
    [Fact]
    public async Task A_sample_takes_no_inotify_instance()
    {
        string port = FreePort.Next().ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo(Path.Combine(Place.Root, "artifacts", "bin", "lateen-samples"), ["productpage", port])
        {
            RedirectStandardOutput = true,
        };
        using Process sample = Process.Start(start) ?? throw new InvalidOperationException("The sample did not start.");
        try
        {
            string? line = await sample.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
            string?[] open = [.. Directory.EnumerateFiles($"/proc/{sample.Id}/fd").Select(static f => new FileInfo(f).LinkTarget)];

            Assert.Equal($"productpage is listening on port {port}", line);
            Assert.DoesNotContain("anon_inode:inotify", open);
        }
        finally
        {
            sample.Kill();
        }
    }
}
