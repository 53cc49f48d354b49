namespace Lateen.Proxy.Agent.Iptables;

using System.ComponentModel;
using System.Diagnostics;
using Lateen.Proxy.Agent.Resolving;

/// <summary>Runs the machine's iptables tools: reads the current rules, applies ours in one transaction per family.</summary>
public static class IptablesCommand
{
    private const string ResolvConf = "/etc/resolv.conf";

    /// <summary>Returns the exit code; lines for people go to <paramref name="log"/>.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter log)
    {
        (IptablesOptions options, IReadOnlyList<string> errors) = IptablesArguments.Parse(args);
        if (errors.Count > 0)
        {
            foreach (string error in errors)
            {
                await log.WriteLineAsync($"istio-iptables: {error}").ConfigureAwait(false);
            }

            return 2;
        }

        if (options is { RedirectDns: true, Cleanup: false } && File.Exists(ResolvConf))
        {
            ResolverConfig resolver = ResolverConfig.Parse(File.ReadAllText(ResolvConf));
            options = options with { DnsServers = [.. resolver.Servers.Select(static s => s.Address.ToString())] };
        }

        int code = options.SkipRules ? 0 : RunFamily(options, false, log);
        code = code == 0 && !options.SkipRules && HasIPv6() ? RunFamily(options, true, log) : code;
        return code == 0 && options.Validate ? await RedirectionCheck.RunAsync(options, log).ConfigureAwait(false) : code;
    }

    private static int RunFamily(IptablesOptions options, bool v6, TextWriter log)
    {
        string tool = v6 ? "ip6tables" : "iptables";
        (int saveCode, string current, string saveError) = Execute($"{tool}-save", ["-t", "nat"], "");
        if (saveCode != 0 && !options.DryRun)
        {
            log.WriteLine($"istio-iptables: {tool}-save failed ({saveCode}): {saveError.Trim()}. NET_ADMIN and iptables are needed.");
            return 1;
        }

        string rules = options.Cleanup ? IptablesRules.Cleanup(current) : IptablesRules.Restore(options, v6, current);
        log.WriteLine($"{tool}-restore --noflush\n{rules}");
        if (options.DryRun || rules.Length == 0)
        {
            return 0;
        }

        (int code, _, string error) = Execute($"{tool}-restore", ["--noflush", "-w", "30"], rules);
        if (code != 0)
        {
            log.WriteLine($"istio-iptables: {tool}-restore failed ({code}): {error.Trim()}");
            return 1;
        }

        if (options is { RedirectDns: true, Cleanup: false })
        {
            ApplyZones(options, v6, tool, log);
        }

        return 0;
    }

    // Redirection works without zones but for rare collisions of ports, so a kernel without them is no reason to fail the pod.
    private static void ApplyZones(IptablesOptions options, bool v6, string tool, TextWriter log)
    {
        (_, string current, _) = Execute($"{tool}-save", ["-t", "raw"], "");
        string zones = DnsRules.Zones(options, v6, current);
        (int code, _, string error) = Execute($"{tool}-restore", ["--noflush", "-w", "30"], zones);
        log.WriteLine(code == 0 ? zones : $"istio-iptables: no conntrack zones for DNS ({code}): {error.Trim()}");
    }

    // A kernel without IPv6 has no such file; one without IPv6 addresses needs no rules.
    private static bool HasIPv6()
    {
        const string path = "/proc/net/if_inet6";
        return File.Exists(path) && File.ReadLines(path).Any(line => !line.TrimEnd().EndsWith(" lo", StringComparison.Ordinal));
    }

    private static (int Code, string Output, string Error) Execute(string program, IReadOnlyList<string> args, string input)
    {
        var start = new ProcessStartInfo(program, args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using Process? process = Process.Start(start);
            if (process is null)
            {
                return (127, "", $"{program} did not start");
            }

            Task<string> error = process.StandardError.ReadToEndAsync();
            process.StandardInput.Write(input);
            process.StandardInput.Close();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, error.Result);
        }
        catch (Win32Exception e)
        {
            return (127, "", $"{program}: {e.Message}");
        }
    }
}
