namespace Signalbox.Architecture.Tests;

public sealed class MarkdownTests
{
    [Fact]
    public void Links_in_text_are_found_and_those_in_code_are_not() =>
        Assert.Equal(["a.md", "b.svg", "#c"], Markdown.Links("[one](a.md) ![two](b.svg) `[no](x.md)`\n```\n[no](y.md)\n```\n[three](#c)"));

    [Fact]
    public void A_heading_has_the_anchor_that_github_gives_it() =>
        Assert.Equal(["what-metas-answers-mean", "workspaceskeys"], Markdown.Anchors("# What Meta's answers mean\n### `workspaces[].keys[]`\n").Order());

    [Fact]
    public void Commands_are_the_lines_of_shell_blocks_without_comments() =>
        Assert.Equal(["dotnet build", "dotnet test"], Markdown.Commands("```sh\n# first\ndotnet build\n```\n```json\n{}\n```\n```\ndotnet test\n```\n"));
}
