namespace Lateen.Api.Tests.Protos;

using System.Diagnostics;

/// <summary>Brings the npm package that ships Envoy's .proto files into the artifacts folder.</summary>
internal static class PublishedPackage
{
    private const string Name = "@grpc/grpc-js-xds";
    private const string Version = "1.14.1";

    private static readonly string[] _unreachable =
        ["ENOTFOUND", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EAI_AGAIN", "network"];

    /// <summary>The folders with .proto files; skips the test only when npm cannot be reached.</summary>
    public static IReadOnlyList<string> Folders()
    {
        string prefix = Path.Combine(Golden.RepoRoot, "artifacts/npm");
        string deps = Path.Combine(prefix, "node_modules", Name, "deps");
        if (!Directory.Exists(Path.Combine(deps, "envoy-api/envoy/config")))
        {
            Install(prefix);
        }

        return [Path.Combine(deps, "envoy-api"), Path.Combine(deps, "xds"), Path.Combine(deps, "googleapis/google/rpc")];
    }

    private static void Install(string prefix)
    {
        Directory.CreateDirectory(prefix);
        string[] arguments = ["install", "--prefix", prefix, "--no-save", "--ignore-scripts", $"{Name}@{Version}"];
        var start = new ProcessStartInfo("npm", arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using Process npm = Process.Start(start) ?? throw new InvalidOperationException("npm does not start");
        Task<string> output = npm.StandardOutput.ReadToEndAsync();
        string errors = npm.StandardError.ReadToEnd();
        npm.WaitForExit();
        if (npm.ExitCode != 0 && _unreachable.Any(sign => errors.Contains(sign, StringComparison.OrdinalIgnoreCase)))
        {
            Assert.Skip("npm cannot be reached: " + errors);
        }

        Assert.True(npm.ExitCode == 0, errors + output.Result);
    }
}
