namespace Lateen.CommandLine.Tests;

using Lateen.CommandLine.Cluster;
using k8s;

public sealed class KubeconfigSearchTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("lateen-kubeconfig").FullName;

    [Fact]
    public void The_option_comes_before_the_environment()
    {
        string given = Write("given", "a");

        Assert.Equal([given], (Search() with { Given = given, FromEnvironment = Write("env", "b") }).Find());
    }

    [Fact]
    public void A_home_given_by_hand_comes_before_the_environment()
    {
        string file = Write("kubeconfig", "a");

        Assert.Equal([file], (Search() with { Home = _folder, FromEnvironment = Write("env", "b") }).Find());
    }

    [Fact]
    public void The_environment_may_name_several_files_and_missing_ones_are_passed_over()
    {
        string one = Write("one", "a");
        string two = Write("two", "b");

        Assert.Equal([one, two], (Search() with { FromEnvironment = $"{one}:/does/not/exist:{two}" }).Find());
    }

    [Fact]
    public void Without_a_running_cluster_the_users_own_file_is_taken()
    {
        Write("config", "a");

        Assert.Equal([Path.Combine(_folder, "config")], Search().Find());
    }

    [Fact]
    public void With_nothing_to_talk_to_the_error_says_how_to_get_a_cluster() =>
        Assert.Contains("run `lateen up`", Assert.Throws<CommandFailure>(Search().Find).Message, StringComparison.Ordinal);

    [Fact]
    public void Of_several_files_any_context_can_be_chosen_and_the_firsts_is_current()
    {
        string[] files = [Write("one", "a"), Write("two", "b")];

        Assert.Equal("https://a:6443", KubeOptions.Load(files, null).Host);
        Assert.Equal("https://b:6443", KubeOptions.Load(files, "b").Host);
        Assert.Equal(65, Assert.Throws<CommandFailure>(() => KubeOptions.Load(files, "c")).ExitCode);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private KubeconfigSearch Search() => new()
    {
        DefaultHome = Path.Combine(_folder, "home"),
        UserFile = Path.Combine(_folder, "config"),
    };

    private string Write(string name, string context)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, $$$"""
            apiVersion: v1
            kind: Config
            clusters: [{name: {{{context}}}, cluster: {server: "https://{{{context}}}:6443"}}]
            users: [{name: {{{context}}}, user: {token: t}}]
            contexts: [{name: {{{context}}}, context: {cluster: {{{context}}}, user: {{{context}}}}}]
            current-context: {{{context}}}
            """);
        return path;
    }
}
