namespace VideoStyle.Cli.Help;

/// <summary>Three examples for each command; the help, the man page and a test draw on them.</summary>
internal static class Examples
{
    private static readonly Dictionary<string, (string Line, string What)[]> ByCommand = new(StringComparer.Ordinal)
    {
        ["videostyle"] =
        [
            ("videostyle convert holiday.mp4", "paint a video; writes holiday.starry_night.mp4"),
            ("videostyle styles", "see what there is to paint with"),
            ("videostyle doctor", "see what this machine can do, and what it lacks"),
        ],
        ["convert"] =
        [
            ("videostyle convert in.mp4 out.mp4 --style the_scream", "paint with another style"),
            ("videostyle convert in.mp4 out.mp4 --style painting.jpg --strength 0.8", "paint after any picture, a little less than fully"),
            ("videostyle convert in.mp4 out.mp4 --style a.jpg,b.jpg --mask mask.png --preserve-color histogram", "two pictures, each in its place, in the video's own colours"),
            ("videostyle convert in.mp4 out.mp4 --style 'great_wave->starry_night@5s' --scale 720p", "from one style to another in five seconds, with strokes as large as at 720 lines"),
            ("videostyle convert film.mp4 out.mp4 --style-collection paintings --nearest 2", "each shot after the two paintings most like it"),
            ("videostyle convert in.mov out.mp4 --coherence best --crf 16 --from 1:10 --to 1:20", "ten seconds, at their best"),
            ("videostyle convert *.mp4 paintings/ --skip-existing", "every video here into a folder, going on where an earlier run stopped"),
            ("videostyle convert in.mp4 --preview", "a few frames on one sheet, and how long the whole would take"),
            ("videostyle convert in.mp4 out.mp4 --compare wipe", "before and after, with a moving divider"),
            ("ffmpeg -i in.mp4 -f yuv4mpegpipe - | videostyle convert - - | ffplay -", "stand in a pipe"),
        ],
        ["live"] =
        [
            ("videostyle live rtsp://camera.local/stream --http 127.0.0.1:8642", "a camera, to be seen and controlled in a browser"),
            ("videostyle live --listen rtmp://127.0.0.1:1935/live rtmp://live.example.com/app/KEY show.mkv", "what OBS sends, painted, to a service and into a file"),
            ("videostyle live clip.mp4 --realtime --http 127.0.0.1:8642 --style great_wave", "a file as if it were a camera"),
            ("videostyle live srt://127.0.0.1:9000 hls/index.m3u8 --target-fps 25 --max-latency 300ms", "a stream to HLS, at a rate that is held"),
        ],
        ["watch"] =
        [
            ("videostyle watch inbox paintings", "paint whatever is put into inbox, until stopped"),
            ("videostyle watch inbox paintings --style the_scream great_wave --once", "two paintings of each file that is there, then end"),
            ("videostyle watch inbox paintings --http 127.0.0.1:8642 --schedule 22:00-06:00", "with a page to look at, working at night"),
        ],
        ["jobs"] =
        [
            ("videostyle jobs list paintings", "what is queued, running, done and failed"),
            ("videostyle jobs pause paintings", "begin no further job"),
            ("videostyle jobs retry paintings --all", "try again what has failed"),
        ],
        ["train"] =
        [
            ("videostyle train starry.jpg starry.safetensors --content photos", "learn a painting in twenty minutes"),
            ("videostyle train wave.jpg wave.safetensors --content photos --base great_wave --time 5m", "begin with a style that is there: faster"),
            ("videostyle train wave.jpg wave.safetensors --content photos --resume", "go on with a training that was stopped"),
            ("videostyle train flow flow.safetensors --content photos --time 24h", "train the network of --flow learned"),
        ],
        ["paint"] =
        [
            ("videostyle paint photo.jpg starry.jpg painting.png", "paint one picture after another, in minutes"),
            ("videostyle paint photo.jpg starry.jpg painting.png --size 2048 --preserve-color luminance", "large, in the photo's own colours"),
            ("videostyle paint --texture starry.jpg texture.png --seed 7", "a texture of the style alone"),
        ],
        ["weights"] =
        [
            ("videostyle weights", "where the loss network of the training lies"),
            ("videostyle weights --fetch", "download it without being asked"),
            ("videostyle weights --json", "the same for a script"),
        ],
        ["measure"] =
        [
            ("videostyle measure in.mp4 out.mp4", "how steady a painting is"),
            ("videostyle measure in.mp4 ours.mp4 theirs.mp4 --per-frame frames.mp4 --report report", "compare two, with a page to look at"),
            ("videostyle measure in.mp4 out.mp4 --json --max-warp-error 0.003", "fail a build that flickers (exit code 8)"),
        ],
        ["styles"] =
        [
            ("videostyle styles", "the built-in styles and what they are after"),
            ("videostyle styles --json", "the same with each model's metadata, for a script"),
            ("videostyle convert in.mp4 out.mp4 --style great_wave", "use one"),
        ],
        ["styles judge"] =
        [
            ("videostyle styles judge --style-images paintings --photos photos", "how near every built-in style comes to its painting"),
            ("videostyle styles judge starry_night mine.safetensors --style-images paintings --photos photos --portraits faces --references kept", "two styles beside what paint makes of the same photos"),
            ("videostyle styles judge any.safetensors#wave.jpg --style-images paintings --photos photos --json", "a predicted style, for a script"),
        ],
        ["bench"] =
        [
            ("videostyle bench", "a synthetic clip of 1280x720"),
            ("videostyle bench in.mp4 --style the_scream --runs 5", "your own clip, five rounds"),
            ("videostyle bench --coherence off --precision f32 --json", "one setting, for a script"),
        ],
        ["doctor"] =
        [
            ("videostyle doctor", "libraries, devices, styles"),
            ("videostyle doctor --json", "the same for a script"),
            ("videostyle doctor || make setup", "exit code 6 where something is missing"),
        ],
        ["help"] =
        [
            ("videostyle help", "every command"),
            ("videostyle help convert", "the options of one"),
            ("videostyle help jobs list", "those of a command below another"),
        ],
        ["completion"] =
        [
            ("videostyle completion bash > ~/.local/share/bash-completion/completions/videostyle", "for bash"),
            ("videostyle completion zsh > ~/.zfunc/_videostyle", "for zsh, with ~/.zfunc in fpath"),
            ("videostyle completion fish > ~/.config/fish/completions/videostyle.fish", "for fish"),
        ],
        ["config"] =
        [
            ("videostyle config show", "every option that is set outside the command line, and where"),
            ("VIDEOSTYLE_STYLE=the_scream videostyle config show convert", "the environment goes before the file"),
            ("videostyle convert in.mp4 --config film.json", "a file for one project"),
        ],
    };

    /// <summary>The examples of a command, by the name of its path: <c>convert</c>, <c>config show</c>.</summary>
    public static IReadOnlyList<(string Line, string What)> Of(string command) => ByCommand.GetValueOrDefault(command, []);

    /// <summary>Adds examples for commands that are declared elsewhere.</summary>
    public static void Add(string command, params (string Line, string What)[] examples) => ByCommand[command] = examples;
}
