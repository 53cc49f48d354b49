namespace Lateen.CommandLine.Commands;

using System.CommandLine;
using Lateen.CommandLine.Output;
using Lateen.Local.Images;
using Lateen.Local.Launcher;

/// <summary>lateen image: which local command stands for which container image.</summary>
internal static class ImageCommand
{
    public static Command Create() => new("image", "say which local command stands for a container image")
    {
        Add(), List(), Remove(),
    };

    private static Command Add()
    {
        Option<string> home = Options.Home();
        var pattern = new Argument<string>("PATTERN") { Description = "image with wildcards, for example 'example.com/shop:*'" };
        var words = new Argument<string[]>("COMMAND") { Description = "absolute path and arguments, after --", Arity = ArgumentArity.OneOrMore };
        var command = new Command("add", "add or replace a pattern") { pattern, words, home };
        command.SetAction(parsed =>
        {
            try
            {
                Map(parsed.GetRequiredValue(home)).Add(parsed.GetRequiredValue(pattern), parsed.GetRequiredValue(words));
            }
            catch (ArgumentException e)
            {
                throw new CommandFailure(e.Message, CommandTree.DataError);
            }

            Console.WriteLine($"{parsed.GetValue(pattern)} is {string.Join(' ', parsed.GetRequiredValue(words))}");
            return 0;
        });
        return command;
    }

    private static Command List()
    {
        Option<string> home = Options.Home();
        var command = new Command("list", "list the patterns, your own first") { home };
        command.SetAction(parsed =>
        {
            ImageMap map = Map(parsed.GetRequiredValue(home));
            Console.Write(TextTable.Format(
                ["PATTERN", "COMMAND", "ORIGIN"],
                [
                    .. map.Added.Select(e => new[] { e.Pattern, string.Join(' ', e.Command), "added" }),
                    .. ImageMap.BuiltIn.Select(e => new[] { e.Pattern, string.Join(' ', e.Command), "built-in" }),
                ]));
            return 0;
        });
        return command;
    }

    private static Command Remove()
    {
        Option<string> home = Options.Home();
        var pattern = new Argument<string>("PATTERN") { Description = "pattern as `list` shows it" };
        var command = new Command("remove", "remove a pattern that was added") { pattern, home };
        command.SetAction(parsed => Map(parsed.GetRequiredValue(home)).Remove(parsed.GetRequiredValue(pattern))
            ? 0
            : throw new CommandFailure($"no added pattern is {parsed.GetValue(pattern)}; `lateen image list` shows them", CommandTree.DataError));
        return command;
    }

    private static ImageMap Map(string home)
    {
        var folder = new ClusterHome(home);
        folder.Create();
        return new ImageMap(folder.ImageMapFile);
    }
}
