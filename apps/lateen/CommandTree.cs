namespace Lateen.CommandLine;

using System.CommandLine;
using System.CommandLine.Parsing;
using Lateen.CommandLine.Commands;
using Lateen.Kubernetes;

/// <summary>Every verb of `lateen`, and how its failures become exit codes (istioctl's: 1 failure, 64 usage, 65 bad data).</summary>
internal static class CommandTree
{
    public const int UsageError = 64;
    public const int DataError = 65;

    public static RootCommand Build() => new("Lateen: a service mesh for Kubernetes and for this machine")
    {
        DemoCommand.Create(),
        UpCommand.Create(),
        DownCommand.Create(),
        StatusCommand.Create(),
        LogsCommand.Create(),
        ShellCommand.Create(),
        DoctorCommand.Create(),
        AnalyzeCommand.Create(),
        ValidateCommand.Create(),
        DescribeCommand.Create(),
        InjectCommand.Create(),
        CheckCommand.Create(),
        PrecheckCommand.Create(),
        TagCommand.Create(),
        Experimental(),
        ImageCommand.Create(),
        ProxyStatusCommand.Create(),
        ProxyConfigCommand.Create(),
        VersionCommand.Create(),
    };

    public static async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        ParseResult parsed = Build().Parse(args);
        if (parsed.Errors.Count > 0 && parsed.Action is null or System.CommandLine.Invocation.ParseErrorAction)
        {
            foreach (ParseError error in parsed.Errors)
            {
                Console.Error.WriteLine($"lateen: {error.Message}");
            }

            Console.Error.WriteLine($"see `{CommandLine(parsed)} --help`");
            return UsageError;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (CommandFailure failure)
        {
            Console.Error.WriteLine($"lateen: {failure.Message}");
            return failure.ExitCode;
        }
        catch (Exception e) when (e is KubeApiException or HttpRequestException or InvalidOperationException or IOException
            or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"lateen: {e.Message}");
            return 1;
        }
    }

    // Where istioctl has them.
    private static Command Experimental()
    {
        var command = new Command("experimental", "the same verbs where istioctl has them") { DescribeCommand.Create(), PrecheckCommand.Create() };
        command.Aliases.Add("x");
        command.Aliases.Add("exp");
        return command;
    }

    private static string CommandLine(ParseResult parsed)
    {
        List<string> names = [];
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult command; result = command.Parent)
        {
            names.Insert(0, command.Command is RootCommand ? "lateen" : command.Command.Name);
        }

        return string.Join(' ', names);
    }
}
