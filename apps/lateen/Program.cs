using Lateen.CommandLine;
using Lateen.Local.Launcher;

// The local cluster re-executes this program inside its namespaces.
if (await HiddenCommands.TryRunAsync(args) is { } code)
{
    return code;
}

return await CommandTree.RunAsync(args);
