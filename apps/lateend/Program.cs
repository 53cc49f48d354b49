using Lateen.Lateend;

// lateend answers as pilot-discovery: `discovery` runs the control plane, `request` asks a running one, `version` prints.
string verb = args.Length > 0 ? args[0] : "discovery";
switch (verb)
{
    case "version":
        Console.WriteLine(LateendVersion.Text);
        return 0;
    case "request" when args.Length == 3 && args[1] == "GET":
        return await DebugRequest.RunAsync(args[2]);
    case "discovery":
        break;
    case "-h" or "--help" or "help":
        Console.WriteLine(Help.Text);
        return 0;
    default:
        Console.Error.WriteLine($"unknown command {string.Join(' ', args)}\n{Help.Text}");
        return 64;
}

if (!LateendOptions.TryParse(args.Skip(1).ToList(), Environment.GetEnvironmentVariable, out LateendOptions options, out string error))
{
    Console.Error.WriteLine(error);
    return 64;
}

using var stop = new CancellationTokenSource();
using var terminate = System.Runtime.InteropServices.PosixSignalRegistration.Create(
    System.Runtime.InteropServices.PosixSignal.SIGTERM,
    context =>
    {
        context.Cancel = true;
        stop.Cancel();
    });

void Log(string message) => Console.WriteLine($"{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ss.ffffffZ}\tinfo\t{message}");

try
{
    string instance = Environment.GetEnvironmentVariable("POD_NAME") ?? Environment.MachineName;
    await new ControlPlaneHost(options, TimeProvider.System, Log).RunAsync(instance, stop.Token);
    return 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 0;
}
