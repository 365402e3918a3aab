<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh">
  <context>
    <name>window</name>
    <message>
      <source> or </source>
      <translation> 或</translation>
    </message>
    <message>
      <source> · a page of this persona</source>
      <translation> · 此角色的页面</translation>
    </message>
    <message>
      <source> · about {duration}</source>
      <translation> · 约 {duration}</translation>
    </message>
    <message>
      <source>, slow: {speed}</source>
      <translation>，较慢：{speed}</translation>
    </message>
    <message>
      <source>, {count} couldn't be read</source>
      <translation>，{count} 个无法读取</translation>
    </message>
    <message numerus="yes">
      <source>, {count} marked lines</source>
      <translation>
        <numerusform>，标记了 {count} 行</numerusform>
      </translation>
    </message>
    <message>
      <source>. The next question loads it again</source>
      <translation>。下次提问时会重新加载</translation>
    </message>
    <message>
      <source>0: the likeliest words; 2: the most surprising.</source>
      <translation>0：最可能的词；2：最出人意料的词。</translation>
    </message>
    <message>
      <source>1,024 tokens</source>
      <translation>1,024 词元</translation>
    </message>
    <message>
      <source>4,096 tokens</source>
      <translation>4,096 词元</translation>
    </message>
    <message>
      <source>A filter over their front matter; empty reads all.</source>
      <translation>按文件头信息筛选；留空则读取全部。</translation>
    </message>
    <message>
      <source>A graphics card by {maker} is not used. To compile a llama.cpp that uses it: {command}</source>
      <translation>未使用 {maker} 显卡。要编译可使用它的 llama.cpp：{command}</translation>
    </message>
    <message>
      <source>A hundred languages are possible: notes in any of them are then found by what they mean. Search works as before until all files are read again, and you can go back.</source>
      <translation>可以支持上百种语言：任何语言的笔记都能按含义找到。在所有文件重新读完之前，搜索照常工作，您也可以改回去。</translation>
    </message>
    <message>
      <source>A model writes answers in its own words, on this computer. Without one, Carrel answers with quotes.</source>
      <translation>模型在本机上用自己的话写回答。没有模型时，Carrel 用引用来回答。</translation>
    </message>
    <message>
      <source>About Carrel</source>
      <translation>关于 Carrel</translation>
    </message>
    <message>
      <source>Add</source>
      <translation>添加</translation>
    </message>
    <message>
      <source>Add a condition  ▾</source>
      <translation>添加条件  ▾</translation>
    </message>
    <message>
      <source>Add a folder</source>
      <translation>添加文件夹</translation>
    </message>
    <message>
      <source>Add a folder…</source>
      <translation>添加文件夹…</translation>
    </message>
    <message>
      <source>Add a tool  ▾</source>
      <translation>添加工具  ▾</translation>
    </message>
    <message>
      <source>Add all {count}</source>
      <translation>全部添加（{count}）</translation>
    </message>
    <message>
      <source>Add all {count} folders of GPT4All</source>
      <translation>添加 GPT4All 的全部 {count} 个文件夹</translation>
    </message>
    <message>
      <source>Add files…</source>
      <translation>添加文件…</translation>
    </message>
    <message>
      <source>Add folder…</source>
      <translation>添加文件夹…</translation>
    </message>
    <message>
      <source>Add to its knowledge</source>
      <translation>添加到其知识</translation>
    </message>
    <message>
      <source>Add {name}</source>
      <translation>添加 {name}</translation>
    </message>
    <message>
      <source>All</source>
      <translation>全部</translation>
    </message>
    <message>
      <source>All files, such as: difficulty = 'advanced' AND year &gt;= 2024</source>
      <translation>所有文件，例如：difficulty = 'advanced' AND year &gt;= 2024</translation>
    </message>
    <message>
      <source>All personas</source>
      <translation>所有角色</translation>
    </message>
    <message>
      <source>All personas…</source>
      <translation>所有角色…</translation>
    </message>
    <message>
      <source>Allow</source>
      <translation>允许</translation>
    </message>
    <message>
      <source>An embedder finds passages by what they mean; a reranker then reads the best ones again. Another embedder reads all files anew while the present one answers.</source>
      <translation>嵌入模型按含义查找段落；重排模型再阅读其中最好的。更换嵌入模型时会重新读取所有文件，其间仍由当前的回答。</translation>
    </message>
    <message>
      <source>Answer again</source>
      <translation>重新回答</translation>
    </message>
    <message>
      <source>Answer again when done</source>
      <translation>完成后重新回答</translation>
    </message>
    <message>
      <source>Answer at once, without thinking</source>
      <translation>立即回答，不思考</translation>
    </message>
    <message>
      <source>Answer by {persona}</source>
      <translation>{persona} 的回答</translation>
    </message>
    <message>
      <source>Answer cut off.</source>
      <translation>回答被截断。</translation>
    </message>
    <message>
      <source>Answer done.</source>
      <translation>回答完成。</translation>
    </message>
    <message>
      <source>Answer from</source>
      <translation>回答依据</translation>
    </message>
    <message>
      <source>Answer from files</source>
      <translation>根据文件回答</translation>
    </message>
    <message>
      <source>Answer from files alone whose front matter says so, such as: difficulty = advanced</source>
      <translation>只根据文件头符合条件的文件回答，例如：difficulty = advanced</translation>
    </message>
    <message>
      <source>Answer stopped.</source>
      <translation>回答已停止。</translation>
    </message>
    <message>
      <source>Answered again, with all files read</source>
      <translation>已读完所有文件后重新回答</translation>
    </message>
    <message>
      <source>Answers come from files whose front matter says so, in your folders and in the persona's pages. Compare with = != &lt; &gt; or has, and join with AND, OR and NOT.</source>
      <translation>只根据文件头符合条件的文件回答，包括您的文件夹和角色的页面。用 = != &lt; &gt; 或 has 比较，用 AND、OR 和 NOT 连接。</translation>
    </message>
    <message>
      <source>Answers come from the model alone, on this computer, and may be wrong. Your files are not read.</source>
      <translation>回答仅由本机的模型生成，可能有误。不会读取您的文件。</translation>
    </message>
    <message>
      <source>Answers come from your files, on this computer. Check the sources.</source>
      <translation>回答在本机上根据您的文件生成。请核对来源。</translation>
    </message>
    <message>
      <source>Any file</source>
      <translation>任何文件</translation>
    </message>
    <message>
      <source>Apache License 2.0. The text face is Source Sans Pro, SIL Open Font License 1.1.</source>
      <translation>Apache License 2.0。字体为 Source Sans Pro，SIL Open Font License 1.1。</translation>
    </message>
    <message>
      <source>As in the settings</source>
      <translation>按设置</translation>
    </message>
    <message>
      <source>As the persona and the settings say</source>
      <translation>按角色和设置</translation>
    </message>
    <message>
      <source>Ask</source>
      <translation>提问</translation>
    </message>
    <message>
      <source>Ask Carrel</source>
      <translation>询问 Carrel</translation>
    </message>
    <message>
      <source>Ask a question…</source>
      <translation>请提问…</translation>
    </message>
    <message>
      <source>Ask about your own files</source>
      <translation>询问您自己的文件</translation>
    </message>
    <message>
      <source>Ask your files</source>
      <translation>询问您的文件</translation>
    </message>
    <message>
      <source>Ask your own documents. Your files and questions stay on this computer.</source>
      <translation>向您自己的文档提问。您的文件和问题只留在这台电脑上。</translation>
    </message>
    <message>
      <source>Ask {name}…</source>
      <translation>向 {name} 提问…</translation>
    </message>
    <message>
      <source>Ask: {question}</source>
      <translation>提问：{question}</translation>
    </message>
    <message>
      <source>Ask…</source>
      <translation>提问…</translation>
    </message>
    <message>
      <source>Attach</source>
      <translation>附加</translation>
    </message>
    <message>
      <source>Attach a folder</source>
      <translation>附加文件夹</translation>
    </message>
    <message>
      <source>Attach files</source>
      <translation>附加文件</translation>
    </message>
    <message>
      <source>Attach files…</source>
      <translation>附加文件…</translation>
    </message>
    <message>
      <source>Attached: {name}, {state}</source>
      <translation>已附加：{name}，{state}</translation>
    </message>
    <message>
      <source>Attach…</source>
      <translation>附加…</translation>
    </message>
    <message>
      <source>Auto</source>
      <translation>自动</translation>
    </message>
    <message>
      <source>Automatic</source>
      <translation>自动</translation>
    </message>
    <message>
      <source>Back to the chat</source>
      <translation>返回对话</translation>
    </message>
    <message>
      <source>Back to the message</source>
      <translation>返回消息</translation>
    </message>
    <message>
      <source>Back to the personas</source>
      <translation>返回角色</translation>
    </message>
    <message>
      <source>Back to the sources</source>
      <translation>返回来源</translation>
    </message>
    <message>
      <source>Balanced</source>
      <translation>均衡</translation>
    </message>
    <message>
      <source>Block</source>
      <translation>阻止</translation>
    </message>
    <message>
      <source>Block every connection to other computers</source>
      <translation>阻止与其他电脑的所有连接</translation>
    </message>
    <message>
      <source>Bottleneck: {stage}, {duration}, {share:.0%}</source>
      <translation>瓶颈：{stage}，{duration}，{share:.0%}</translation>
    </message>
    <message>
      <source>Cached</source>
      <translation>已缓存</translation>
    </message>
    <message>
      <source>Cancel</source>
      <translation>取消</translation>
    </message>
    <message>
      <source>Cannot be used</source>
      <translation>无法使用</translation>
    </message>
    <message>
      <source>Carrel answers again as soon as all files are read.</source>
      <translation>所有文件读完后，Carrel 会立即重新回答。</translation>
    </message>
    <message>
      <source>Carrel can answer again once they are read.</source>
      <translation>读完后 Carrel 可以重新回答。</translation>
    </message>
    <message>
      <source>Carrel connects only when something you chose needs it.</source>
      <translation>只有您选择的功能需要时，Carrel 才会连接。</translation>
    </message>
    <message>
      <source>Carrel in the tray</source>
      <translation>托盘中的 Carrel</translation>
    </message>
    <message>
      <source>Carrel is offline.</source>
      <translation>Carrel 处于离线状态。</translation>
    </message>
    <message>
      <source>Carrel is offline. Go online to download models.</source>
      <translation>Carrel 处于离线状态。要下载模型请先联网。</translation>
    </message>
    <message>
      <source>Carrel keeps these folders indexed. It never changes your files.</source>
      <translation>Carrel 会保持这些文件夹的索引，绝不会更改您的文件。</translation>
    </message>
    <message>
      <source>Carrel reads the documents in it and keeps up with changes. It never changes your files.</source>
      <translation>Carrel 会读取其中的文档并跟踪变化，绝不会更改您的文件。</translation>
    </message>
    <message>
      <source>Carrel runs on this computer. Every connection to another one is logged here before it opens: where it goes, why, and how much data passes, but never the data itself. What other programs ask of your files over MCP is listed too.</source>
      <translation>Carrel 在这台电脑上运行。与其他电脑的每个连接在打开前都会记录在这里：去向、原因和数据量，但从不记录数据本身。其他程序通过 MCP 对您的文件提出的查询也会列在这里。</translation>
    </message>
    <message>
      <source>Categories</source>
      <translation>类别</translation>
    </message>
    <message>
      <source>Change the values</source>
      <translation>更改数值</translation>
    </message>
    <message>
      <source>Changes are saved at once. What differs from its default can be reset.</source>
      <translation>更改会立即保存。与默认值不同的可以重置。</translation>
    </message>
    <message>
      <source>Chat</source>
      <translation>对话</translation>
    </message>
    <message>
      <source>Chats</source>
      <translation>对话</translation>
    </message>
    <message>
      <source>Chats and drafts stay as they are.</source>
      <translation>对话和草稿会保持不变。</translation>
    </message>
    <message>
      <source>Checking the download…</source>
      <translation>正在检查下载…</translation>
    </message>
    <message>
      <source>Checking this computer…</source>
      <translation>正在检查这台电脑…</translation>
    </message>
    <message>
      <source>Choose a folder</source>
      <translation>选择文件夹</translation>
    </message>
    <message>
      <source>Choose a model file</source>
      <translation>选择模型文件</translation>
    </message>
    <message>
      <source>Choose a model folder</source>
      <translation>选择模型文件夹</translation>
    </message>
    <message>
      <source>Choose a model…</source>
      <translation>选择模型…</translation>
    </message>
    <message>
      <source>Choose another model</source>
      <translation>选择其他模型</translation>
    </message>
    <message>
      <source>Choose by the question</source>
      <translation>按问题选择</translation>
    </message>
    <message>
      <source>Choose…</source>
      <translation>选择…</translation>
    </message>
    <message>
      <source>Cited in the answer</source>
      <translation>已在回答中引用</translation>
    </message>
    <message>
      <source>Close</source>
      <translation>关闭</translation>
    </message>
    <message>
      <source>Close (Esc)</source>
      <translation>关闭（Esc）</translation>
    </message>
    <message>
      <source>Close the panel (F8)</source>
      <translation>关闭面板（F8）</translation>
    </message>
    <message>
      <source>Close window</source>
      <translation>关闭窗口</translation>
    </message>
    <message>
      <source>Combined: {score:.3f}</source>
      <translation>综合：{score:.3f}</translation>
    </message>
    <message numerus="yes">
      <source>Comes with {count} passages of its own knowledge</source>
      <translation>
        <numerusform>自带 {count} 个知识段落</numerusform>
      </translation>
    </message>
    <message>
      <source>Comfortable</source>
      <translation>宽松</translation>
    </message>
    <message>
      <source>Coming from GPT4All</source>
      <translation>从 GPT4All 迁移</translation>
    </message>
    <message>
      <source>Compact</source>
      <translation>紧凑</translation>
    </message>
    <message>
      <source>Compute buffers</source>
      <translation>计算缓冲区</translation>
    </message>
    <message>
      <source>Compute figures: a question that asks for one is answered by the tool.</source>
      <translation>计算数值：询问数值的问题由工具回答。</translation>
    </message>
    <message>
      <source>Computed; no model was used</source>
      <translation>经计算得出；未使用模型</translation>
    </message>
    <message>
      <source>Computed; no model was used.</source>
      <translation>经计算得出；未使用模型。</translation>
    </message>
    <message>
      <source>Computes with {names}</source>
      <translation>用 {names} 计算</translation>
    </message>
    <message>
      <source>Connecting…</source>
      <translation>正在连接…</translation>
    </message>
    <message>
      <source>Connections</source>
      <translation>连接</translation>
    </message>
    <message>
      <source>Connections, newest first</source>
      <translation>连接，最新的在前</translation>
    </message>
    <message>
      <source>Continue</source>
      <translation>继续</translation>
    </message>
    <message>
      <source>Copied</source>
      <translation>已复制</translation>
    </message>
    <message>
      <source>Copy</source>
      <translation>复制</translation>
    </message>
    <message>
      <source>Copy answer as Markdown</source>
      <translation>以 Markdown 复制回答</translation>
    </message>
    <message>
      <source>Copy chat with sources</source>
      <translation>连同来源复制对话</translation>
    </message>
    <message>
      <source>Copy code</source>
      <translation>复制代码</translation>
    </message>
    <message>
      <source>Copy details</source>
      <translation>复制信息</translation>
    </message>
    <message>
      <source>Copy with sources</source>
      <translation>连同来源复制</translation>
    </message>
    <message>
      <source>Copy with sources, export or print</source>
      <translation>连同来源复制、导出或打印</translation>
    </message>
    <message>
      <source>Creative</source>
      <translation>创意</translation>
    </message>
    <message>
      <source>Dark</source>
      <translation>深色</translation>
    </message>
    <message>
      <source>Del</source>
      <translation>Del</translation>
    </message>
    <message>
      <source>Delete</source>
      <translation>删除</translation>
    </message>
    <message>
      <source>Delete	Del</source>
      <translation>删除	Del</translation>
    </message>
    <message>
      <source>Delete for good</source>
      <translation>彻底删除</translation>
    </message>
    <message>
      <source>Delete the token</source>
      <translation>删除令牌</translation>
    </message>
    <message>
      <source>Delete {name}</source>
      <translation>删除 {name}</translation>
    </message>
    <message>
      <source>Delete {what} for good?</source>
      <translation>要彻底删除{what}吗？</translation>
    </message>
    <message>
      <source>Deleted chats (Ctrl+Shift+T)</source>
      <translation>已删除的对话（Ctrl+Shift+T）</translation>
    </message>
    <message>
      <source>Deleted chats wait here for 30 days, or as long as trash_days in the settings says. Then they are erased for good, from the daily copies too.</source>
      <translation>已删除的对话在此保留 30 天，或按设置中的 trash_days。之后会被彻底清除，每日副本中的也不例外。</translation>
    </message>
    <message>
      <source>Deleted chats, the last one first</source>
      <translation>已删除的对话，最近的在前</translation>
    </message>
    <message>
      <source>Density</source>
      <translation>密度</translation>
    </message>
    <message>
      <source>Discard</source>
      <translation>放弃</translation>
    </message>
    <message>
      <source>Discard changes</source>
      <translation>放弃更改</translation>
    </message>
    <message>
      <source>Discard the download of {name}</source>
      <translation>放弃下载 {name}</translation>
    </message>
    <message>
      <source>Dismiss</source>
      <translation>关闭</translation>
    </message>
    <message>
      <source>Don't wait</source>
      <translation>不等待</translation>
    </message>
    <message>
      <source>Download</source>
      <translation>下载</translation>
    </message>
    <message>
      <source>Download a model…</source>
      <translation>下载模型…</translation>
    </message>
    <message>
      <source>Drop a folder onto this window, or choose one.</source>
      <translation>将文件夹拖到此窗口，或选择一个。</translation>
    </message>
    <message>
      <source>Drop folders or files</source>
      <translation>拖放文件夹或文件</translation>
    </message>
    <message>
      <source>Edit</source>
      <translation>编辑</translation>
    </message>
    <message>
      <source>Edit and ask again</source>
      <translation>编辑并重新提问</translation>
    </message>
    <message>
      <source>Edit prompts…</source>
      <translation>编辑提示词…</translation>
    </message>
    <message>
      <source>Edit the last question</source>
      <translation>编辑上一个问题</translation>
    </message>
    <message>
      <source>Edit {name}</source>
      <translation>编辑 {name}</translation>
    </message>
    <message>
      <source>Editing an earlier question · Esc to leave</source>
      <translation>正在编辑之前的问题 · 按 Esc 退出</translation>
    </message>
    <message>
      <source>Empty</source>
      <translation>空</translation>
    </message>
    <message>
      <source>Empty the trash</source>
      <translation>清空回收站</translation>
    </message>
    <message>
      <source>End</source>
      <translation>结束</translation>
    </message>
    <message>
      <source>End the processes that wait for files. The next file starts one again.</source>
      <translation>结束等待文件的进程。有新文件时会再次启动。</translation>
    </message>
    <message>
      <source>Enter</source>
      <translation>Enter</translation>
    </message>
    <message>
      <source>Enter asks in a new chat. Esc closes.</source>
      <translation>按 Enter 在新对话中提问，按 Esc 关闭。</translation>
    </message>
    <message>
      <source>Enter the key first.</source>
      <translation>请先输入密钥。</translation>
    </message>
    <message>
      <source>Esc</source>
      <translation>Esc</translation>
    </message>
    <message>
      <source>Exact</source>
      <translation>精确</translation>
    </message>
    <message>
      <source>Export chat…</source>
      <translation>导出对话…</translation>
    </message>
    <message>
      <source>Export persona</source>
      <translation>导出角色</translation>
    </message>
    <message>
      <source>Export prompts</source>
      <translation>导出提示词</translation>
    </message>
    <message>
      <source>Export with sources</source>
      <translation>连同来源导出</translation>
    </message>
    <message>
      <source>Export…</source>
      <translation>导出…</translation>
    </message>
    <message>
      <source>Failed</source>
      <translation>失败</translation>
    </message>
    <message>
      <source>Fast</source>
      <translation>快速</translation>
    </message>
    <message>
      <source>File</source>
      <translation>文件</translation>
    </message>
    <message>
      <source>Files</source>
      <translation>文件</translation>
    </message>
    <message>
      <source>Files are copied, so that the persona and its knowledge can be exported as one file.</source>
      <translation>文件会被复制，因此角色及其知识可以导出为一个文件。</translation>
    </message>
    <message>
      <source>Files that are not read yet: answers may miss what is in them. Click for the folders.</source>
      <translation>尚未读取的文件：回答可能缺少其中的内容。点击查看文件夹。</translation>
    </message>
    <message>
      <source>Files…</source>
      <translation>文件…</translation>
    </message>
    <message>
      <source>Filter</source>
      <translation>筛选</translation>
    </message>
    <message>
      <source>Find in this chat</source>
      <translation>在此对话中查找</translation>
    </message>
    <message>
      <source>Find in this chat or source</source>
      <translation>在此对话或来源中查找</translation>
    </message>
    <message>
      <source>Find in this source</source>
      <translation>在此来源中查找</translation>
    </message>
    <message>
      <source>Find in this source (Ctrl+F)</source>
      <translation>在此来源中查找（Ctrl+F）</translation>
    </message>
    <message>
      <source>First token</source>
      <translation>首个词元</translation>
    </message>
    <message>
      <source>Fit the page's width (0)</source>
      <translation>适合页宽（0）</translation>
    </message>
    <message>
      <source>Fits this computer{pace}</source>
      <translation>适合这台电脑{pace}</translation>
    </message>
    <message>
      <source>Folder not found; its drive may be disconnected. Files indexed before can still be searched.</source>
      <translation>找不到文件夹；其驱动器可能已断开。之前索引的文件仍可搜索。</translation>
    </message>
    <message>
      <source>Folders</source>
      <translation>文件夹</translation>
    </message>
    <message>
      <source>Folders are kept up to date. Single files are copied into Carrel.</source>
      <translation>文件夹会保持最新。单个文件会复制到 Carrel。</translation>
    </message>
    <message>
      <source>Folder…</source>
      <translation>文件夹…</translation>
    </message>
    <message>
      <source>For the server above. It is kept in the system's keyring.</source>
      <translation>用于上述服务器，保存在系统密钥环中。</translation>
    </message>
    <message>
      <source>Forget the quotes</source>
      <translation>忘记引用</translation>
    </message>
    <message>
      <source>Forgotten, as its file was removed.</source>
      <translation>其文件已移除，内容已忘记。</translation>
    </message>
    <message>
      <source>Formatted</source>
      <translation>排版视图</translation>
    </message>
    <message>
      <source>Formatted text of the file</source>
      <translation>文件的排版文本</translation>
    </message>
    <message>
      <source>Found on this computer</source>
      <translation>在本机上找到</translation>
    </message>
    <message>
      <source>Free its memory. Choose it again to use it.</source>
      <translation>释放其内存。要使用请再次选择。</translation>
    </message>
    <message>
      <source>Free its memory. The next question loads it again.</source>
      <translation>释放其内存。下次提问时会重新加载。</translation>
    </message>
    <message>
      <source>Free its memory. The next search loads it again.</source>
      <translation>释放其内存。下次搜索时会重新加载。</translation>
    </message>
    <message>
      <source>From {places}</source>
      <translation>来自 {places}</translation>
    </message>
    <message>
      <source>Front matter</source>
      <translation>文件头</translation>
    </message>
    <message>
      <source>GGUF models (*.gguf)</source>
      <translation>GGUF 模型 (*.gguf)</translation>
    </message>
    <message>
      <source>GPU memory</source>
      <translation>GPU 内存</translation>
    </message>
    <message>
      <source>GPU use</source>
      <translation>GPU 使用率</translation>
    </message>
    <message>
      <source>Generation</source>
      <translation>生成</translation>
    </message>
    <message>
      <source>Get a model</source>
      <translation>获取模型</translation>
    </message>
    <message>
      <source>Getting ready…</source>
      <translation>正在准备…</translation>
    </message>
    <message>
      <source>Getting the model of search</source>
      <translation>正在获取搜索模型</translation>
    </message>
    <message>
      <source>Give it a name.</source>
      <translation>请为它命名。</translation>
    </message>
    <message>
      <source>Gives orders to a model</source>
      <translation>向模型下达指令</translation>
    </message>
    <message>
      <source>Go back</source>
      <translation>改回</translation>
    </message>
    <message>
      <source>Go online</source>
      <translation>联网</translation>
    </message>
    <message>
      <source>Go to</source>
      <translation>前往</translation>
    </message>
    <message>
      <source>Go to the question box</source>
      <translation>转到提问框</translation>
    </message>
    <message>
      <source>Going back</source>
      <translation>正在改回</translation>
    </message>
    <message>
      <source>Higher scores are better.</source>
      <translation>得分越高越好。</translation>
    </message>
    <message>
      <source>Home: {home}</source>
      <translation>主目录：{home}</translation>
    </message>
    <message>
      <source>How it writes</source>
      <translation>写作方式</translation>
    </message>
    <message>
      <source>How the model writes</source>
      <translation>模型的写作方式</translation>
    </message>
    <message>
      <source>If it finds less than before, go back: nothing has to be read again for that.</source>
      <translation>如果找到的比以前少，请改回：无需重新读取。</translation>
    </message>
    <message>
      <source>Import persona</source>
      <translation>导入角色</translation>
    </message>
    <message>
      <source>Import prompts</source>
      <translation>导入提示词</translation>
    </message>
    <message>
      <source>Import…</source>
      <translation>导入…</translation>
    </message>
    <message>
      <source>In tokens, 1 to 32768.</source>
      <translation>以词元计，1 到 32768。</translation>
    </message>
    <message>
      <source>In use</source>
      <translation>使用中</translation>
    </message>
    <message>
      <source>Include again</source>
      <translation>重新包含</translation>
    </message>
    <message>
      <source>Include hidden and sensitive files</source>
      <translation>包含隐藏和敏感文件</translation>
    </message>
    <message>
      <source>Index</source>
      <translation>索引</translation>
    </message>
    <message>
      <source>Indexed</source>
      <translation>已索引</translation>
    </message>
    <message numerus="yes">
      <source>It cites {count} sources.</source>
      <translation>
        <numerusform>引用了 {count} 个来源。</numerusform>
      </translation>
    </message>
    <message>
      <source>Its answer to them</source>
      <translation>对这些话题的答复</translation>
    </message>
    <message>
      <source>Its links and buttons</source>
      <translation>其中的链接和按钮</translation>
    </message>
    <message>
      <source>Jump to latest</source>
      <translation>跳到最新</translation>
    </message>
    <message>
      <source>Key</source>
      <translation>密钥</translation>
    </message>
    <message>
      <source>Keyboard shortcuts</source>
      <translation>键盘快捷键</translation>
    </message>
    <message>
      <source>Keywords</source>
      <translation>关键词</translation>
    </message>
    <message>
      <source>Knowledge</source>
      <translation>知识</translation>
    </message>
    <message>
      <source>Knows my garden and its plants.</source>
      <translation>了解我的花园和其中的植物。</translation>
    </message>
    <message>
      <source>Larger (+)</source>
      <translation>放大（+）</translation>
    </message>
    <message>
      <source>Last hour</source>
      <translation>最近一小时</translation>
    </message>
    <message>
      <source>Latency</source>
      <translation>响应快</translation>
    </message>
    <message>
      <source>Later: answer with quotes</source>
      <translation>以后再说：用引用回答</translation>
    </message>
    <message>
      <source>Later: answers are quotes. Choose a model at the top right at any time.</source>
      <translation>以后再说：用引用回答。可随时在右上角选择模型。</translation>
    </message>
    <message>
      <source>Leave out</source>
      <translation>排除</translation>
    </message>
    <message>
      <source>Leave the question as it is (Esc)</source>
      <translation>保持问题不变（Esc）</translation>
    </message>
    <message>
      <source>Left and Right</source>
      <translation>向左和向右键</translation>
    </message>
    <message>
      <source>Let the model go on with this answer</source>
      <translation>让模型继续这个回答</translation>
    </message>
    <message>
      <source>Light</source>
      <translation>浅色</translation>
    </message>
    <message>
      <source>Light, dark, or as the system is.</source>
      <translation>浅色、深色，或与系统相同。</translation>
    </message>
    <message>
      <source>Lists</source>
      <translation>列表</translation>
    </message>
    <message>
      <source>Loading {model}… {percent} %</source>
      <translation>正在加载 {model}… {percent} %</translation>
    </message>
    <message>
      <source>Looking at this computer…</source>
      <translation>正在查看这台电脑…</translation>
    </message>
    <message>
      <source>Looking for changes…</source>
      <translation>正在查找更改…</translation>
    </message>
    <message>
      <source>Looking for models…</source>
      <translation>正在查找模型…</translation>
    </message>
    <message>
      <source>Markdown (*.md)</source>
      <translation>Markdown (*.md)</translation>
    </message>
    <message>
      <source>Markdown (*.md);;PDF (*.pdf);;Word (*.docx);;Web page (*.html);;JSON (*.json)</source>
      <translation>Markdown (*.md);;PDF (*.pdf);;Word (*.docx);;网页 (*.html);;JSON (*.json)</translation>
    </message>
    <message>
      <source>Mask</source>
      <translation>遮盖</translation>
    </message>
    <message>
      <source>Meaning</source>
      <translation>含义</translation>
    </message>
    <message>
      <source>Memory</source>
      <translation>内存</translation>
    </message>
    <message>
      <source>Menu (F10)</source>
      <translation>菜单（F10）</translation>
    </message>
    <message>
      <source>Messages</source>
      <translation>消息</translation>
    </message>
    <message>
      <source>Model processes</source>
      <translation>模型进程</translation>
    </message>
    <message>
      <source>Model that writes the answers</source>
      <translation>撰写回答的模型</translation>
    </message>
    <message>
      <source>Model weights</source>
      <translation>模型权重</translation>
    </message>
    <message>
      <source>Model's window</source>
      <translation>模型上下文</translation>
    </message>
    <message>
      <source>Models in memory</source>
      <translation>内存中的模型</translation>
    </message>
    <message>
      <source>Models of search</source>
      <translation>搜索模型</translation>
    </message>
    <message>
      <source>More actions</source>
      <translation>更多操作</translation>
    </message>
    <message>
      <source>More actions for {name}</source>
      <translation>{name} 的更多操作</translation>
    </message>
    <message>
      <source>More chat models</source>
      <translation>更多对话模型</translation>
    </message>
    <message>
      <source>More models</source>
      <translation>更多模型</translation>
    </message>
    <message>
      <source>More models…</source>
      <translation>更多模型…</translation>
    </message>
    <message>
      <source>Move to folder</source>
      <translation>移到文件夹</translation>
    </message>
    <message>
      <source>Name</source>
      <translation>名称</translation>
    </message>
    <message>
      <source>New</source>
      <translation>新建</translation>
    </message>
    <message>
      <source>New chat</source>
      <translation>新对话</translation>
    </message>
    <message>
      <source>New folder</source>
      <translation>新建文件夹</translation>
    </message>
    <message>
      <source>New line</source>
      <translation>换行</translation>
    </message>
    <message>
      <source>New persona</source>
      <translation>新建角色</translation>
    </message>
    <message>
      <source>Next answer</source>
      <translation>下一个回答</translation>
    </message>
    <message>
      <source>Next hit (Enter)</source>
      <translation>下一处（Enter）</translation>
    </message>
    <message>
      <source>Next or previous message</source>
      <translation>下一条或上一条消息</translation>
    </message>
    <message>
      <source>Next page (→)</source>
      <translation>下一页（→）</translation>
    </message>
    <message>
      <source>Next quote of the answer</source>
      <translation>回答的下一处引用</translation>
    </message>
    <message>
      <source>No answer yet</source>
      <translation>还没有回答</translation>
    </message>
    <message>
      <source>No connections yet. Nothing has left this computer.</source>
      <translation>还没有连接。没有任何内容离开过这台电脑。</translation>
    </message>
    <message>
      <source>No file has front matter yet: a block between two lines of --- at its head.</source>
      <translation>还没有文件含有文件头：即开头两行 --- 之间的内容。</translation>
    </message>
    <message>
      <source>No files: the model alone</source>
      <translation>不用文件：仅模型</translation>
    </message>
    <message>
      <source>No folder</source>
      <translation>不放入文件夹</translation>
    </message>
    <message>
      <source>No folders yet. Add one, or drop it onto this window.</source>
      <translation>还没有文件夹。请添加一个，或拖到此窗口。</translation>
    </message>
    <message>
      <source>No matching chats.</source>
      <translation>没有匹配的对话。</translation>
    </message>
    <message>
      <source>No model: answer with quotes</source>
      <translation>不用模型：用引用回答</translation>
    </message>
    <message>
      <source>No models found on this computer</source>
      <translation>在本机上没有找到模型</translation>
    </message>
    <message>
      <source>No pages of its own.</source>
      <translation>没有自己的页面。</translation>
    </message>
    <message>
      <source>No permission to read this folder. Allow it in your file manager, then try again.</source>
      <translation>没有读取此文件夹的权限。请在文件管理器中允许后重试。</translation>
    </message>
    <message>
      <source>No persona fits. Try other words, or make a new one.</source>
      <translation>没有符合的角色。请换个词，或新建一个。</translation>
    </message>
    <message>
      <source>No search yet</source>
      <translation>还没有搜索</translation>
    </message>
    <message>
      <source>No setting is about that.</source>
      <translation>没有相关的设置。</translation>
    </message>
    <message>
      <source>Nobody can open them without it: a passphrase that is forgotten cannot be replaced.</source>
      <translation>没有它谁也无法打开：忘记的密码短语无法找回。</translation>
    </message>
    <message>
      <source>None</source>
      <translation>无</translation>
    </message>
    <message>
      <source>None, such as: estimate_cost</source>
      <translation>无，例如：estimate_cost</translation>
    </message>
    <message>
      <source>Not answered</source>
      <translation>未回答</translation>
    </message>
    <message>
      <source>Not found</source>
      <translation>未找到</translation>
    </message>
    <message>
      <source>Note</source>
      <translation>备注</translation>
    </message>
    <message>
      <source>Nothing of it is kept, and this can't be undone.</source>
      <translation>不会保留任何内容，且无法撤销。</translation>
    </message>
    <message>
      <source>Nothing relevant was found in the files read so far.</source>
      <translation>在目前已读的文件中没有找到相关内容。</translation>
    </message>
    <message>
      <source>Nothing relevant was found.</source>
      <translation>没有找到相关内容。</translation>
    </message>
    <message>
      <source>Nothing was found in your files.</source>
      <translation>在您的文件中没有找到。</translation>
    </message>
    <message>
      <source>Now {amount}</source>
      <translation>当前 {amount}</translation>
    </message>
    <message>
      <source>Now {value}</source>
      <translation>当前 {value}</translation>
    </message>
    <message>
      <source>Of everything: text, icons and fields. Ctrl+Plus, Ctrl+Minus.</source>
      <translation>所有内容：文字、图标和输入框。Ctrl+加号、Ctrl+减号。</translation>
    </message>
    <message>
      <source>Of lists: compact shows more rows.</source>
      <translation>列表的密度：紧凑可显示更多行。</translation>
    </message>
    <message>
      <source>Of the models in memory, the smallest answers simple questions, the biggest those that ask for reasons, and none on a server those with personal data</source>
      <translation>在内存中的模型里，最小的回答简单问题，最大的回答追问原因的问题，含个人数据的问题不发往服务器</translation>
    </message>
    <message>
      <source>Off</source>
      <translation>关</translation>
    </message>
    <message>
      <source>Off: a model answers from what it knows, and no file is read.</source>
      <translation>关：模型凭自身知识回答，不读取任何文件。</translation>
    </message>
    <message>
      <source>Offline</source>
      <translation>离线</translation>
    </message>
    <message>
      <source>Offline: Carrel blocks every connection to other computers.</source>
      <translation>离线：Carrel 阻止与其他电脑的所有连接。</translation>
    </message>
    <message>
      <source>On</source>
      <translation>开</translation>
    </message>
    <message>
      <source>On this computer already</source>
      <translation>本机已有</translation>
    </message>
    <message>
      <source>Only files with</source>
      <translation>只用符合条件的文件</translation>
    </message>
    <message>
      <source>Only files with…</source>
      <translation>只用符合条件的文件…</translation>
    </message>
    <message>
      <source>Open</source>
      <translation>打开</translation>
    </message>
    <message>
      <source>Open Carrel</source>
      <translation>打开 Carrel</translation>
    </message>
    <message>
      <source>Open a GGUF file…</source>
      <translation>打开 GGUF 文件…</translation>
    </message>
    <message>
      <source>Open a link or source</source>
      <translation>打开链接或来源</translation>
    </message>
    <message>
      <source>Open a safetensors folder…</source>
      <translation>打开 safetensors 文件夹…</translation>
    </message>
    <message>
      <source>Open file</source>
      <translation>打开文件</translation>
    </message>
    <message>
      <source>Open folder</source>
      <translation>打开文件夹</translation>
    </message>
    <message>
      <source>Open logs</source>
      <translation>打开日志</translation>
    </message>
    <message>
      <source>Open models, most from Hugging Face. Downloads continue when this window is closed. A finished download is checked, then used.</source>
      <translation>开放模型，大多来自 Hugging Face。关闭此窗口后下载仍会继续。下载完成后先检查，再使用。</translation>
    </message>
    <message>
      <source>Open settings.toml</source>
      <translation>打开 settings.toml</translation>
    </message>
    <message>
      <source>Open the home folder</source>
      <translation>打开主目录</translation>
    </message>
    <message>
      <source>Open the menu</source>
      <translation>打开菜单</translation>
    </message>
    <message>
      <source>Open this link in your browser?</source>
      <translation>要在浏览器中打开此链接吗？</translation>
    </message>
    <message>
      <source>Open your desk</source>
      <translation>打开您的书桌</translation>
    </message>
    <message>
      <source>Opening {loading}…</source>
      <translation>正在打开 {loading}…</translation>
    </message>
    <message>
      <source>Opening …</source>
      <translation>正在打开 …</translation>
    </message>
    <message>
      <source>Page</source>
      <translation>页面</translation>
    </message>
    <message>
      <source>Page of the file</source>
      <translation>文件的页面</translation>
    </message>
    <message>
      <source>Page {page} of {pages}</source>
      <translation>第 {page} 页，共 {pages} 页</translation>
    </message>
    <message>
      <source>Parked KV cache</source>
      <translation>暂存的 KV 缓存</translation>
    </message>
    <message>
      <source>Passages</source>
      <translation>段落</translation>
    </message>
    <message>
      <source>Passages  ↑</source>
      <translation>段落  ↑</translation>
    </message>
    <message>
      <source>Passphrase</source>
      <translation>密码短语</translation>
    </message>
    <message>
      <source>Pasted image {when}.png</source>
      <translation>粘贴的图片 {when}.png</translation>
    </message>
    <message>
      <source>Pause</source>
      <translation>暂停</translation>
    </message>
    <message>
      <source>Paused</source>
      <translation>已暂停</translation>
    </message>
    <message>
      <source>Paused  ·  {size}</source>
      <translation>已暂停  ·  {size}</translation>
    </message>
    <message>
      <source>Performance</source>
      <translation>性能</translation>
    </message>
    <message>
      <source>Personas</source>
      <translation>角色</translation>
    </message>
    <message>
      <source>Personas (*.zip)</source>
      <translation>角色 (*.zip)</translation>
    </message>
    <message>
      <source>Picture</source>
      <translation>图片</translation>
    </message>
    <message>
      <source>Pin</source>
      <translation>置顶</translation>
    </message>
    <message>
      <source>Pin to the top</source>
      <translation>置顶</translation>
    </message>
    <message>
      <source>Pinned</source>
      <translation>已置顶</translation>
    </message>
    <message>
      <source>Preparing its own knowledge. {progress}</source>
      <translation>正在准备自己的知识。{progress}</translation>
    </message>
    <message>
      <source>Preparing {persona}'s own knowledge first. {progress}</source>
      <translation>先准备 {persona} 自己的知识。{progress}</translation>
    </message>
    <message>
      <source>Preview of its empty chat</source>
      <translation>空白对话预览</translation>
    </message>
    <message>
      <source>Previous 7 days</source>
      <translation>过去 7 天</translation>
    </message>
    <message>
      <source>Previous answer</source>
      <translation>上一个回答</translation>
    </message>
    <message>
      <source>Previous hit (Shift+Enter)</source>
      <translation>上一处（Shift+Enter）</translation>
    </message>
    <message>
      <source>Previous page (←)</source>
      <translation>上一页（←）</translation>
    </message>
    <message>
      <source>Previous quote of the answer</source>
      <translation>回答的上一处引用</translation>
    </message>
    <message>
      <source>Print chat…</source>
      <translation>打印对话…</translation>
    </message>
    <message>
      <source>Print…</source>
      <translation>打印…</translation>
    </message>
    <message>
      <source>Prompt</source>
      <translation>提示词</translation>
    </message>
    <message>
      <source>Prompts</source>
      <translation>提示词</translation>
    </message>
    <message>
      <source>Question box</source>
      <translation>提问框</translation>
    </message>
    <message>
      <source>Questions and the passages found for them are sent to {server}. Check the sources.</source>
      <translation>问题及找到的段落会发送到 {server}。请核对来源。</translation>
    </message>
    <message>
      <source>Questions are sent to {server}. Your files are not read.</source>
      <translation>问题会发送到 {server}。不会读取您的文件。</translation>
    </message>
    <message>
      <source>Questions to begin with, one a line.</source>
      <translation>用来开始的问题，每行一个。</translation>
    </message>
    <message>
      <source>Quit</source>
      <translation>退出</translation>
    </message>
    <message>
      <source>Quote {number} of {count}</source>
      <translation>引用 {number} / {count}</translation>
    </message>
    <message>
      <source>Quotes only</source>
      <translation>仅引用</translation>
    </message>
    <message>
      <source>Quotes only: {route}.</source>
      <translation>仅引用：{route}。</translation>
    </message>
    <message>
      <source>Quotes only; no model was used.</source>
      <translation>仅引用；未使用模型。</translation>
    </message>
    <message>
      <source>Quotes, word for word; no model was used</source>
      <translation>逐字引用；未使用模型</translation>
    </message>
    <message>
      <source>Read again</source>
      <translation>重新读取</translation>
    </message>
    <message>
      <source>Read for a question, 1 to 20; empty: 6.</source>
      <translation>每个问题阅读的数量，1 到 20；留空：6。</translation>
    </message>
    <message>
      <source>Read my files in more languages</source>
      <translation>用更多语言读取我的文件</translation>
    </message>
    <message>
      <source>Read {done} of {total} files</source>
      <translation>已读 {total} 个文件中的 {done} 个</translation>
    </message>
    <message>
      <source>Read, not cited</source>
      <translation>已读，未引用</translation>
    </message>
    <message>
      <source>Reading files</source>
      <translation>读取文件</translation>
    </message>
    <message>
      <source>Reading is paused. Resume it on the Folders page to have {names} read.</source>
      <translation>阅读已暂停。要读取 {names}，请在“文件夹”页面继续。</translation>
    </message>
    <message>
      <source>Reading on…</source>
      <translation>继续阅读…</translation>
    </message>
    <message>
      <source>Reading your files anew for search</source>
      <translation>正在为搜索重新读取文件</translation>
    </message>
    <message numerus="yes">
      <source>Reading {count} passages…</source>
      <translation>
        <numerusform>正在阅读 {count} 个段落…</numerusform>
      </translation>
    </message>
    <message>
      <source>Reading {names}…</source>
      <translation>正在阅读 {names}…</translation>
    </message>
    <message>
      <source>Reading {read} of {total} tokens</source>
      <translation>正在阅读 {read} / {total} 词元</translation>
    </message>
    <message>
      <source>Reads no files</source>
      <translation>不读取文件</translation>
    </message>
    <message>
      <source>Reads only files with {where}</source>
      <translation>只读取符合 {where} 的文件</translation>
    </message>
    <message>
      <source>Reads your folders only</source>
      <translation>只读取您的文件夹</translation>
    </message>
    <message>
      <source>Recent</source>
      <translation>最近</translation>
    </message>
    <message>
      <source>Recommended</source>
      <translation>推荐</translation>
    </message>
    <message>
      <source>Refresh</source>
      <translation>刷新</translation>
    </message>
    <message>
      <source>Refuse</source>
      <translation>拒绝</translation>
    </message>
    <message>
      <source>Relevance {percent}</source>
      <translation>相关度 {percent}</translation>
    </message>
    <message>
      <source>Remember on this computer</source>
      <translation>在本机上记住</translation>
    </message>
    <message>
      <source>Remove folder, keep its chats</source>
      <translation>移除文件夹，保留其中的对话</translation>
    </message>
    <message>
      <source>Remove {folder}</source>
      <translation>移除 {folder}</translation>
    </message>
    <message>
      <source>Remove {name}</source>
      <translation>移除 {name}</translation>
    </message>
    <message>
      <source>Rename</source>
      <translation>重命名</translation>
    </message>
    <message>
      <source>Rename	F2</source>
      <translation>重命名	F2</translation>
    </message>
    <message>
      <source>Rename folder</source>
      <translation>重命名文件夹</translation>
    </message>
    <message>
      <source>Reranked {count}</source>
      <translation>重排 {count}</translation>
    </message>
    <message>
      <source>Reranker: {score:.2f}</source>
      <translation>重排模型：{score:.2f}</translation>
    </message>
    <message>
      <source>Reset zoom</source>
      <translation>重置缩放</translation>
    </message>
    <message>
      <source>Reset {title} to {value}</source>
      <translation>将“{title}”重置为 {value}</translation>
    </message>
    <message>
      <source>Restart Carrel</source>
      <translation>重启 Carrel</translation>
    </message>
    <message>
      <source>Restart now</source>
      <translation>立即重启</translation>
    </message>
    <message>
      <source>Restore</source>
      <translation>恢复</translation>
    </message>
    <message>
      <source>Resume</source>
      <translation>继续</translation>
    </message>
    <message>
      <source>Retry</source>
      <translation>重试</translation>
    </message>
    <message>
      <source>Return to the built-in one</source>
      <translation>恢复为内置角色</translation>
    </message>
    <message>
      <source>Same as system</source>
      <translation>与系统相同</translation>
    </message>
    <message>
      <source>Save</source>
      <translation>保存</translation>
    </message>
    <message>
      <source>Save and try</source>
      <translation>保存并试用</translation>
    </message>
    <message>
      <source>Save it as a file, and attach that.</source>
      <translation>请保存为文件后再附加。</translation>
    </message>
    <message>
      <source>Save the text as a prompt…</source>
      <translation>将文本保存为提示词…</translation>
    </message>
    <message>
      <source>Saved {name}</source>
      <translation>已保存 {name}</translation>
    </message>
    <message>
      <source>Say in one sentence what it answers.</source>
      <translation>请用一句话说明它回答什么。</translation>
    </message>
    <message>
      <source>Scores of source {number}</source>
      <translation>来源 {number} 的得分</translation>
    </message>
    <message>
      <source>Scroll</source>
      <translation>滚动</translation>
    </message>
    <message>
      <source>Search Hugging Face, or enter OWNER/MODEL:QUANTIZATION</source>
      <translation>搜索 Hugging Face，或输入 OWNER/MODEL:QUANTIZATION</translation>
    </message>
    <message>
      <source>Search files and reasons</source>
      <translation>搜索文件和原因</translation>
    </message>
    <message>
      <source>Search folders</source>
      <translation>搜索文件夹</translation>
    </message>
    <message>
      <source>Search goes by words alone</source>
      <translation>目前只按词语搜索</translation>
    </message>
    <message>
      <source>Search personas</source>
      <translation>搜索角色</translation>
    </message>
    <message>
      <source>Search personas and chats</source>
      <translation>搜索角色和对话</translation>
    </message>
    <message>
      <source>Search reads your files with another model now</source>
      <translation>搜索现在用另一个模型读取您的文件</translation>
    </message>
    <message>
      <source>Search settings</source>
      <translation>搜索设置</translation>
    </message>
    <message>
      <source>Search total</source>
      <translation>搜索总计</translation>
    </message>
    <message>
      <source>Search understands English only</source>
      <translation>搜索只懂英语</translation>
    </message>
    <message>
      <source>Search works as before meanwhile.</source>
      <translation>在此期间搜索照常进行。</translation>
    </message>
    <message>
      <source>Search works as before until this is done.</source>
      <translation>完成之前，搜索照常工作。</translation>
    </message>
    <message>
      <source>Send</source>
      <translation>发送</translation>
    </message>
    <message>
      <source>Send (Enter)</source>
      <translation>发送（Enter）</translation>
    </message>
    <message>
      <source>Settings</source>
      <translation>设置</translation>
    </message>
    <message>
      <source>Settings (Ctrl+,)</source>
      <translation>设置（Ctrl+,）</translation>
    </message>
    <message>
      <source>Share of the prompt that is read</source>
      <translation>已读提示词的比例</translation>
    </message>
    <message>
      <source>Shift+Enter</source>
      <translation>Shift+Enter</translation>
    </message>
    <message>
      <source>Shift+F10</source>
      <translation>Shift+F10</translation>
    </message>
    <message>
      <source>Shortcuts</source>
      <translation>快捷键</translation>
    </message>
    <message>
      <source>Show files</source>
      <translation>显示文件</translation>
    </message>
    <message>
      <source>Show folders</source>
      <translation>显示文件夹列表</translation>
    </message>
    <message>
      <source>Show in folder</source>
      <translation>在文件夹中显示</translation>
    </message>
    <message>
      <source>Show or hide the side panel</source>
      <translation>显示或隐藏侧边面板</translation>
    </message>
    <message>
      <source>Show or hide the side panel (F8)</source>
      <translation>显示或隐藏侧边面板（F8）</translation>
    </message>
    <message>
      <source>Show or hide the sidebar</source>
      <translation>显示或隐藏侧边栏</translation>
    </message>
    <message>
      <source>Show or hide the sidebar (F9)</source>
      <translation>显示或隐藏侧边栏（F9）</translation>
    </message>
    <message>
      <source>Show performance</source>
      <translation>显示性能</translation>
    </message>
    <message>
      <source>Show the folder</source>
      <translation>显示该文件夹</translation>
    </message>
    <message>
      <source>Show these steps no more</source>
      <translation>不再显示这些步骤</translation>
    </message>
    <message>
      <source>Show unread files</source>
      <translation>显示未读文件</translation>
    </message>
    <message>
      <source>Showing the newest {shown} of {total}. Run `carrel connections` in a terminal to see them all.</source>
      <translation>显示 {total} 个中最新的 {shown} 个。在终端中运行 `carrel connections` 可查看全部。</translation>
    </message>
    <message>
      <source>Side panel</source>
      <translation>侧边面板</translation>
    </message>
    <message>
      <source>Size</source>
      <translation>大小</translation>
    </message>
    <message>
      <source>Skip</source>
      <translation>跳过</translation>
    </message>
    <message>
      <source>Skip the first steps</source>
      <translation>跳过最初的步骤</translation>
    </message>
    <message>
      <source>Skipped</source>
      <translation>已跳过</translation>
    </message>
    <message>
      <source>Slower on battery</source>
      <translation>使用电池，速度较慢</translation>
    </message>
    <message>
      <source>Small, to try out</source>
      <translation>小型，供试用</translation>
    </message>
    <message>
      <source>Smaller (-)</source>
      <translation>缩小（-）</translation>
    </message>
    <message>
      <source>Some models ask you to accept their terms first. Your token shows that you did; the keyring keeps it.</source>
      <translation>有些模型要求先接受条款。您的令牌表明已接受；令牌保存在密钥环中。</translation>
    </message>
    <message>
      <source>Source {number}: {place}</source>
      <translation>来源 {number}：{place}</translation>
    </message>
    <message>
      <source>Sources</source>
      <translation>来源</translation>
    </message>
    <message>
      <source>Starters</source>
      <translation>开场问题</translation>
    </message>
    <message>
      <source>State</source>
      <translation>状态</translation>
    </message>
    <message>
      <source>State of the folder</source>
      <translation>文件夹状态</translation>
    </message>
    <message>
      <source>Stay here when the window is closed</source>
      <translation>关闭窗口时留在托盘</translation>
    </message>
    <message>
      <source>Step {number}: {title}</source>
      <translation>第 {number} 步：{title}</translation>
    </message>
    <message>
      <source>Step {number}: {title}, {state}</source>
      <translation>第 {number} 步：{title}，{state}</translation>
    </message>
    <message>
      <source>Stop (Esc)</source>
      <translation>停止（Esc）</translation>
    </message>
    <message>
      <source>Stop the answer</source>
      <translation>停止回答</translation>
    </message>
    <message>
      <source>Stop watching</source>
      <translation>停止关注</translation>
    </message>
    <message>
      <source>Stop watching {name}</source>
      <translation>停止关注 {name}</translation>
    </message>
    <message>
      <source>Stopped. The answer so far is kept.</source>
      <translation>已停止。已写的回答会保留。</translation>
    </message>
    <message>
      <source>Style</source>
      <translation>风格</translation>
    </message>
    <message>
      <source>Such as Gardener</source>
      <translation>例如：园丁</translation>
    </message>
    <message>
      <source>Suggestions</source>
      <translation>建议</translation>
    </message>
    <message>
      <source>Summarise {{file}} in five sentences.</source>
      <translation>用五句话总结 {{file}}。</translation>
    </message>
    <message>
      <source>Summary</source>
      <translation>简介</translation>
    </message>
    <message>
      <source>Switch between the file as it looks and the text that was read</source>
      <translation>在文件原貌与所读文本之间切换</translation>
    </message>
    <message>
      <source>System memory</source>
      <translation>系统内存</translation>
    </message>
    <message>
      <source>Tab or Shift+Tab</source>
      <translation>Tab 或 Shift+Tab</translation>
    </message>
    <message>
      <source>Table</source>
      <translation>表格</translation>
    </message>
    <message>
      <source>Table of the file</source>
      <translation>文件的表格</translation>
    </message>
    <message>
      <source>Temperature</source>
      <translation>温度</translation>
    </message>
    <message>
      <source>Text</source>
      <translation>文本</translation>
    </message>
    <message>
      <source>Text face</source>
      <translation>字体</translation>
    </message>
    <message>
      <source>Text of the file</source>
      <translation>文件的文本</translation>
    </message>
    <message>
      <source>Text of the prompt</source>
      <translation>提示词内容</translation>
    </message>
    <message>
      <source>The answer was cut off at the length limit.</source>
      <translation>回答因长度限制被截断。</translation>
    </message>
    <message>
      <source>The hub has no GGUF model of that name.</source>
      <translation>模型库中没有该名称的 GGUF 模型。</translation>
    </message>
    <message>
      <source>The image couldn't be pasted</source>
      <translation>无法粘贴图片</translation>
    </message>
    <message>
      <source>The key for {host} is in the keyring.</source>
      <translation>{host} 的密钥已保存在密钥环中。</translation>
    </message>
    <message>
      <source>The key is kept in the system's keyring, which your login opens.</source>
      <translation>密钥保存在系统密钥环中，登录后即可解锁。</translation>
    </message>
    <message>
      <source>The key was deleted.</source>
      <translation>密钥已删除。</translation>
    </message>
    <message>
      <source>The model began to repeat itself, so the answer was ended here.</source>
      <translation>模型开始重复，因此回答到此为止。</translation>
    </message>
    <message>
      <source>The model only thought, and wrote no answer. Ask again, or switch thinking off.</source>
      <translation>模型只做了思考，没有写出回答。请重新提问，或关闭思考。</translation>
    </message>
    <message>
      <source>The passage is not in the text of this page, so it is not marked.</source>
      <translation>此页文本中没有该段落，因此未标记。</translation>
    </message>
    <message>
      <source>The passages against all of the files that they come from</source>
      <translation>段落与其来源的全部文件之比</translation>
    </message>
    <message>
      <source>The passages stay in your chats until you forget them. Answers keep a model's own words.</source>
      <translation>在您选择忘记之前，这些段落会留在对话中。模型自己写的内容会保留。</translation>
    </message>
    <message>
      <source>The server in the [remote] section of your settings</source>
      <translation>设置中 [remote] 部分的服务器</translation>
    </message>
    <message>
      <source>The sources of an answer will appear here.</source>
      <translation>回答的来源会显示在这里。</translation>
    </message>
    <message>
      <source>The system's</source>
      <translation>系统字体</translation>
    </message>
    <message>
      <source>The token is in the keyring.</source>
      <translation>令牌已保存在密钥环中。</translation>
    </message>
    <message>
      <source>The token was deleted.</source>
      <translation>令牌已删除。</translation>
    </message>
    <message>
      <source>The trash is empty.</source>
      <translation>回收站是空的。</translation>
    </message>
    <message>
      <source>Theme</source>
      <translation>主题</translation>
    </message>
    <message>
      <source>There is no key for {host}.</source>
      <translation>没有 {host} 的密钥。</translation>
    </message>
    <message>
      <source>There may be more; some folders were not searched</source>
      <translation>可能还有更多；有些文件夹未搜索</translation>
    </message>
    <message>
      <source>They are read now.</source>
      <translation>现在已经读完。</translation>
    </message>
    <message>
      <source>Think as the persona and the settings say</source>
      <translation>按角色和设置思考</translation>
    </message>
    <message>
      <source>Think first</source>
      <translation>先思考</translation>
    </message>
    <message>
      <source>Think first, however long</source>
      <translation>先思考，不限时长</translation>
    </message>
    <message>
      <source>Thinking …</source>
      <translation>正在思考 …</translation>
    </message>
    <message>
      <source>Thinking…</source>
      <translation>正在思考…</translation>
    </message>
    <message>
      <source>This computer: {parts}.</source>
      <translation>本机：{parts}。</translation>
    </message>
    <message>
      <source>This file is long. Only the part around the passage is shown.</source>
      <translation>此文件很长，只显示段落附近的部分。</translation>
    </message>
    <message>
      <source>This is set by the environment variable {name}.</source>
      <translation>由环境变量 {name} 设置。</translation>
    </message>
    <message>
      <source>This link isn't a web page</source>
      <translation>此链接不是网页</translation>
    </message>
    <message>
      <source>This persona comes with Carrel. Saving keeps your version in its place; deleting that one returns to it.</source>
      <translation>此角色随 Carrel 提供。保存后将使用您的版本；删除您的版本即可恢复原样。</translation>
    </message>
    <message>
      <source>Throughput</source>
      <translation>吞吐量大</translation>
    </message>
    <message>
      <source>Tight: works best with at least {size} GB of memory{pace}</source>
      <translation>勉强：内存至少 {size} GB 时效果最好{pace}</translation>
    </message>
    <message>
      <source>To be added: {names}.</source>
      <translation>待添加：{names}。</translation>
    </message>
    <message>
      <source>Today</source>
      <translation>今天</translation>
    </message>
    <message>
      <source>Token for models with terms…</source>
      <translation>需接受条款的模型的令牌…</translation>
    </message>
    <message>
      <source>Token, as hf_…</source>
      <translation>令牌，如 hf_…</translation>
    </message>
    <message>
      <source>Tokens</source>
      <translation>词元</translation>
    </message>
    <message>
      <source>Too large: needs a computer with at least {size} GB of memory</source>
      <translation>太大：需要至少 {size} GB 内存的电脑</translation>
    </message>
    <message>
      <source>Tools</source>
      <translation>工具</translation>
    </message>
    <message>
      <source>Topics refused</source>
      <translation>拒绝的话题</translation>
    </message>
    <message>
      <source>Total</source>
      <translation>总计</translation>
    </message>
    <message>
      <source>Total memory over the last two minutes</source>
      <translation>过去两分钟的总内存</translation>
    </message>
    <message>
      <source>Trash</source>
      <translation>回收站</translation>
    </message>
    <message>
      <source>Try again</source>
      <translation>重试</translation>
    </message>
    <message>
      <source>Tuning for your processor (once)…</source>
      <translation>正在为您的处理器调优（仅一次）…</translation>
    </message>
    <message>
      <source>Type @ in the box to choose files</source>
      <translation>在框中输入 @ 选择文件</translation>
    </message>
    <message>
      <source>Type a question below, or take one of these about your files.</source>
      <translation>在下方输入问题，或选择一个关于您文件的问题。</translation>
    </message>
    <message>
      <source>Type a question below. Questions about your files appear here as they are read.</source>
      <translation>在下方输入问题。随着文件被读取，相关的问题会显示在这里。</translation>
    </message>
    <message>
      <source>Undo</source>
      <translation>撤销</translation>
    </message>
    <message>
      <source>Unload</source>
      <translation>卸载</translation>
    </message>
    <message>
      <source>Unload unused models</source>
      <translation>卸载未使用的模型</translation>
    </message>
    <message>
      <source>Unpin</source>
      <translation>取消置顶</translation>
    </message>
    <message>
      <source>Up to date</source>
      <translation>已是最新</translation>
    </message>
    <message>
      <source>Up to date: {done} in {seconds:.1f} s</source>
      <translation>已是最新：{done}，用时 {seconds:.1f} 秒</translation>
    </message>
    <message>
      <source>Up, Down, Page Up, Page Down</source>
      <translation>向上、向下、Page Up、Page Down</translation>
    </message>
    <message>
      <source>Up, in an empty box</source>
      <translation>在空框中按向上键</translation>
    </message>
    <message>
      <source>Use</source>
      <translation>使用</translation>
    </message>
    <message>
      <source>Use a prompt…	/</source>
      <translation>使用提示词…	/</translation>
    </message>
    <message>
      <source>Usual style</source>
      <translation>默认风格</translation>
    </message>
    <message>
      <source>Waiting</source>
      <translation>等待中</translation>
    </message>
    <message>
      <source>Waiting for another answer…</source>
      <translation>正在等待另一个回答…</translation>
    </message>
    <message>
      <source>Waiting for power</source>
      <translation>等待接通电源</translation>
    </message>
    <message>
      <source>Waiting for the answer</source>
      <translation>等待回答完成</translation>
    </message>
    <message>
      <source>Waiting…</source>
      <translation>等待中…</translation>
    </message>
    <message>
      <source>Welcome to Carrel</source>
      <translation>欢迎使用 Carrel</translation>
    </message>
    <message>
      <source>What it answers, in one sentence.</source>
      <translation>用一句话说明它回答什么。</translation>
    </message>
    <message>
      <source>What it lacks comes from the system's face.</source>
      <translation>缺少的字用系统字体显示。</translation>
    </message>
    <message>
      <source>What would you like to know?</source>
      <translation>您想了解什么？</translation>
    </message>
    <message>
      <source>Where the first passages do not answer.</source>
      <translation>当首批段落无法回答时。</translation>
    </message>
    <message>
      <source>Where the time went</source>
      <translation>时间花在哪里</translation>
    </message>
    <message>
      <source>Who answers the next message</source>
      <translation>由谁回答下一条消息</translation>
    </message>
    <message>
      <source>Who it is, how it answers, and what it must not do.</source>
      <translation>它是谁、如何回答、不能做什么。</translation>
    </message>
    <message>
      <source>Window</source>
      <translation>窗口</translation>
    </message>
    <message>
      <source>Window and libraries</source>
      <translation>窗口和库</translation>
    </message>
    <message>
      <source>With a model of its own (91 MB) it finds what you mean as well, in a hundred languages. It stays on this computer, and search works as before until your files are read with it.</source>
      <translation>有了搜索模型（91 MB），还能按意思查找，支持上百种语言。模型只留在这台电脑上；在用它读完文件之前，搜索照常进行。</translation>
    </message>
    <message>
      <source>Without files</source>
      <translation>不用文件</translation>
    </message>
    <message>
      <source>Words and phrases, with commas between them.</source>
      <translation>词和短语，用逗号分隔。</translation>
    </message>
    <message>
      <source>Words to find it by, with commas between them.</source>
      <translation>便于查找的词，用逗号分隔。</translation>
    </message>
    <message>
      <source>Write how it answers.</source>
      <translation>请写明它如何回答。</translation>
    </message>
    <message>
      <source>Writing…</source>
      <translation>撰写中…</translation>
    </message>
    <message>
      <source>Written by {model} on a server</source>
      <translation>由服务器上的 {model} 撰写</translation>
    </message>
    <message>
      <source>Written by {model}: {reason}</source>
      <translation>由 {model} 撰写：{reason}</translation>
    </message>
    <message>
      <source>Yesterday</source>
      <translation>昨天</translation>
    </message>
    <message>
      <source>You</source>
      <translation>您</translation>
    </message>
    <message>
      <source>Your answer is ready</source>
      <translation>您的回答已就绪</translation>
    </message>
    <message>
      <source>Your chats and the texts of your files are encrypted on this computer. The passphrase opens them.</source>
      <translation>您的对话和文件文本在本机上已加密。输入密码短语即可打开。</translation>
    </message>
    <message>
      <source>Your chats will appear here.</source>
      <translation>您的对话会显示在这里。</translation>
    </message>
    <message>
      <source>Your files and questions stay on this computer.</source>
      <translation>您的文件和问题只留在这台电脑上。</translation>
    </message>
    <message>
      <source>Your files are read.</source>
      <translation>您的文件已读完。</translation>
    </message>
    <message>
      <source>Your question is sent when this is done. Esc: don't send it.</source>
      <translation>完成后会发送您的问题。Esc：不发送。</translation>
    </message>
    <message>
      <source>Yours</source>
      <translation>我的</translation>
    </message>
    <message>
      <source>Zoom</source>
      <translation>缩放</translation>
    </message>
    <message>
      <source>Zoom in</source>
      <translation>放大</translation>
    </message>
    <message>
      <source>Zoom out</source>
      <translation>缩小</translation>
    </message>
    <message>
      <source>a few seconds left</source>
      <translation>还剩几秒</translation>
    </message>
    <message>
      <source>a hundred languages</source>
      <translation>上百种语言</translation>
    </message>
    <message>
      <source>about 1 token/s</source>
      <translation>约 1 词元/秒</translation>
    </message>
    <message>
      <source>about {hours:.0f} h</source>
      <translation>约 {hours:.0f} 小时</translation>
    </message>
    <message>
      <source>about {hours} h left</source>
      <translation>还剩约 {hours} 小时</translation>
    </message>
    <message>
      <source>about {minutes} min</source>
      <translation>约 {minutes} 分钟</translation>
    </message>
    <message>
      <source>about {minutes} min left</source>
      <translation>还剩约 {minutes} 分钟</translation>
    </message>
    <message>
      <source>about {seconds} s left</source>
      <translation>还剩约 {seconds} 秒</translation>
    </message>
    <message>
      <source>about {speed:.0f} tokens/s</source>
      <translation>约 {speed:.0f} 词元/秒</translation>
    </message>
    <message>
      <source>all {count} chats in the trash</source>
      <translation>回收站中的全部 {count} 个对话</translation>
    </message>
    <message>
      <source>blocked: Carrel was {detail}</source>
      <translation>已阻止：Carrel 当时{detail}</translation>
    </message>
    <message>
      <source>blocked: {detail}</source>
      <translation>已阻止：{detail}</translation>
    </message>
    <message>
      <source>can think first</source>
      <translation>可先思考</translation>
    </message>
    <message>
      <source>can't be read</source>
      <translation>无法读取</translation>
    </message>
    <message>
      <source>can't be used</source>
      <translation>无法使用</translation>
    </message>
    <message>
      <source>d MMM</source>
      <translation>M月d日</translation>
    </message>
    <message>
      <source>damaged picture, or one of a kind that is not shown</source>
      <translation>图片已损坏，或属于不支持显示的类型</translation>
    </message>
    <message>
      <source>deleted {when}</source>
      <translation>删除于 {when}</translation>
    </message>
    <message>
      <source>done</source>
      <translation>已完成</translation>
    </message>
    <message>
      <source>done, amount of data unknown</source>
      <translation>完成，数据量未知</translation>
    </message>
    <message>
      <source>dosage</source>
      <translation>剂量</translation>
    </message>
    <message>
      <source>folder</source>
      <translation>文件夹</translation>
    </message>
    <message>
      <source>for everyday questions</source>
      <translation>适合日常问题</translation>
    </message>
    <message>
      <source>for hard questions</source>
      <translation>适合难题</translation>
    </message>
    <message>
      <source>for short answers</source>
      <translation>适合简短回答</translation>
    </message>
    <message>
      <source>for trying out</source>
      <translation>供试用</translation>
    </message>
    <message>
      <source>frees {size:.1f} GB</source>
      <translation>释放 {size:.1f} GB</translation>
    </message>
    <message>
      <source>from {owner}</source>
      <translation>来自 {owner}</translation>
    </message>
    <message>
      <source>garden, plants</source>
      <translation>花园，植物</translation>
    </message>
    <message>
      <source>in memory</source>
      <translation>在内存中</translation>
    </message>
    <message>
      <source>in use</source>
      <translation>使用中</translation>
    </message>
    <message>
      <source>includes hidden and sensitive files</source>
      <translation>包含隐藏和敏感文件</translation>
    </message>
    <message>
      <source>less than a minute</source>
      <translation>不到一分钟</translation>
    </message>
    <message>
      <source>no thinking</source>
      <translation>不思考</translation>
    </message>
    <message>
      <source>none yet</source>
      <translation>还没有</translation>
    </message>
    <message>
      <source>on this machine</source>
      <translation>本机</translation>
    </message>
    <message>
      <source>or drop one onto this window</source>
      <translation>或将其拖到此窗口</translation>
    </message>
    <message>
      <source>p. {page}</source>
      <translation>第 {page} 页</translation>
    </message>
    <message>
      <source>personal data is masked</source>
      <translation>个人数据会被遮盖</translation>
    </message>
    <message>
      <source>personal data is not sent</source>
      <translation>不发送个人数据</translation>
    </message>
    <message>
      <source>reading…</source>
      <translation>正在读取…</translation>
    </message>
    <message>
      <source>reads no files</source>
      <translation>不读取文件</translation>
    </message>
    <message>
      <source>s</source>
      <translation>秒</translation>
    </message>
    <message>
      <source>similarity</source>
      <translation>相似度</translation>
    </message>
    <message>
      <source>still open</source>
      <translation>仍处于打开状态</translation>
    </message>
    <message>
      <source>terms to accept on its page</source>
      <translation>需在其页面接受条款</translation>
    </message>
    <message>
      <source>the file</source>
      <translation>文件</translation>
    </message>
    <message>
      <source>the server's model</source>
      <translation>服务器的模型</translation>
    </message>
    <message>
      <source>thinks first</source>
      <translation>先思考</translation>
    </message>
    <message>
      <source>to do</source>
      <translation>待完成</translation>
    </message>
    <message>
      <source>tokens/s</source>
      <translation>词元/秒</translation>
    </message>
    <message>
      <source>too large: needs {needed:.1f} of {memory:.1f} GB</source>
      <translation>太大：需要 {needed:.1f} GB，共有 {memory:.1f} GB</translation>
    </message>
    <message>
      <source>unloaded</source>
      <translation>已卸载</translation>
    </message>
    <message>
      <source>you have none yet</source>
      <translation>您还没有</translation>
    </message>
    <message>
      <source>yours</source>
      <translation>我的</translation>
    </message>
    <message>
      <source>{at} of {count}</source>
      <translation>{at} / {count}</translation>
    </message>
    <message>
      <source>{count:.0f} million parameters</source>
      <translation>{count:.0f}M 参数</translation>
    </message>
    <message>
      <source>{count:.0f} min</source>
      <translation>{count:.0f} 分钟</translation>
    </message>
    <message>
      <source>{count:.0f} s</source>
      <translation>{count:.0f} 秒</translation>
    </message>
    <message>
      <source>{count:.1f} billion parameters</source>
      <translation>{count:.1f}B 参数</translation>
    </message>
    <message>
      <source>{count} can't be read</source>
      <translation>{count} 个无法读取</translation>
    </message>
    <message>
      <source>{count} downloads last month</source>
      <translation>上月下载 {count} 次</translation>
    </message>
    <message>
      <source>{count} failed</source>
      <translation>{count} 个失败</translation>
    </message>
    <message numerus="yes">
      <source>{count} files</source>
      <translation>
        <numerusform>{count} 个文件</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>{count} files are ready to search ({seconds:.1f} s)</source>
      <translation>
        <numerusform>{count} 个文件已可搜索（{seconds:.1f} 秒）</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>{count} files pass</source>
      <translation>
        <numerusform>{count} 个文件符合</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>{count} folders</source>
      <translation>
        <numerusform>{count} 个文件夹</numerusform>
      </translation>
    </message>
    <message>
      <source>{count} indexed</source>
      <translation>{count} 个已索引</translation>
    </message>
    <message>
      <source>{count} more passages were read.</source>
      <translation>另外还阅读了 {count} 个段落。</translation>
    </message>
    <message numerus="yes">
      <source>{count} passages</source>
      <translation>
        <numerusform>{count} 个段落</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>{count} passages of its own</source>
      <translation>
        <numerusform>自带 {count} 个段落</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>{count} questions</source>
      <translation>
        <numerusform>{count} 个问题</numerusform>
      </translation>
    </message>
    <message>
      <source>{count} removed</source>
      <translation>{count} 个已移除</translation>
    </message>
    <message numerus="yes">
      <source>{count} saved answers still quote removed files</source>
      <translation>
        <numerusform>{count} 个已保存的回答仍引用已移除的文件</numerusform>
      </translation>
    </message>
    <message>
      <source>{count} skipped</source>
      <translation>{count} 个已跳过</translation>
    </message>
    <message numerus="yes">
      <source>{count} sources</source>
      <translation>
        <numerusform>{count} 个来源</numerusform>
      </translation>
    </message>
    <message>
      <source>{count} tokens of context</source>
      <translation>上下文 {count} 词元</translation>
    </message>
    <message>
      <source>{count} tokens of context, runs in {engine}</source>
      <translation>上下文 {count} 词元，在 {engine} 中运行</translation>
    </message>
    <message numerus="yes">
      <source>{count} tools</source>
      <translation>
        <numerusform>{count} 个工具</numerusform>
      </translation>
    </message>
    <message>
      <source>{count} waiting</source>
      <translation>{count} 个等待中</translation>
    </message>
    <message numerus="yes">
      <source>{count} weaker matches</source>
      <translation>
        <numerusform>{count} 个较弱的匹配</numerusform>
      </translation>
    </message>
    <message>
      <source>{done:.2f} of {total:.2f} GB</source>
      <translation>{done:.2f} / {total:.2f} GB</translation>
    </message>
    <message>
      <source>{done} of {total}…</source>
      <translation>{done} / {total}…</translation>
    </message>
    <message>
      <source>{done}. Ctrl+Z takes it back.</source>
      <translation>{done}。按 Ctrl+Z 撤销。</translation>
    </message>
    <message>
      <source>{duration:.0f} ms</source>
      <translation>{duration:.0f} 毫秒</translation>
    </message>
    <message>
      <source>{duration:.1f} ms</source>
      <translation>{duration:.1f} 毫秒</translation>
    </message>
    <message>
      <source>{duration:.1f} s</source>
      <translation>{duration:.1f} 秒</translation>
    </message>
    <message>
      <source>{found} of {total}</source>
      <translation>{found} / {total}</translation>
    </message>
    <message>
      <source>{host}, port {port}</source>
      <translation>{host}，端口 {port}</translation>
    </message>
    <message>
      <source>{model}  ·  {speed:.1f} tokens/s  ·  first after {seconds:.1f} s</source>
      <translation>{model}  ·  {speed:.1f} 词元/秒  ·  {seconds:.1f} 秒后开始</translation>
    </message>
    <message>
      <source>{model} is ready.</source>
      <translation>{model} 已就绪。</translation>
    </message>
    <message>
      <source>{model} is unloaded. The next question loads it again.</source>
      <translation>{model} 已卸载。下次提问时会重新加载。</translation>
    </message>
    <message>
      <source>{model} on {server}</source>
      <translation>{server} 上的 {model}</translation>
    </message>
    <message>
      <source>{name} (assumed)</source>
      <translation>{name}（假定）</translation>
    </message>
    <message>
      <source>{name} (copy)</source>
      <translation>{name}（副本）</translation>
    </message>
    <message>
      <source>{name} (selected)</source>
      <translation>{name}（已选）</translation>
    </message>
    <message>
      <source>{name} and {count} more</source>
      <translation>{name} 等另外 {count} 个</translation>
    </message>
    <message>
      <source>{name} can't be read</source>
      <translation>无法读取 {name}</translation>
    </message>
    <message>
      <source>{name} can't be read: {problem}.</source>
      <translation>无法读取 {name}：{problem}。</translation>
    </message>
    <message>
      <source>{name} can't be searched: {reason}</source>
      <translation>无法搜索 {name}：{reason}</translation>
    </message>
    <message>
      <source>{name} couldn't be copied to {parent}</source>
      <translation>无法将 {name} 复制到 {parent}</translation>
    </message>
    <message>
      <source>{name} has {count} errors; all other settings apply</source>
      <translation>{name} 有 {count} 处错误；其他设置均生效</translation>
    </message>
    <message>
      <source>{name} holds the persona and its knowledge</source>
      <translation>{name} 包含该角色及其知识</translation>
    </message>
    <message>
      <source>{name} in settings.toml. Default: {value}</source>
      <translation>settings.toml 中的 {name}。默认：{value}</translation>
    </message>
    <message>
      <source>{name} is no longer watched</source>
      <translation>不再关注 {name}</translation>
    </message>
    <message>
      <source>{name} is ready to search ({seconds:.1f} s)</source>
      <translation>{name} 已可搜索（{seconds:.1f} 秒）</translation>
    </message>
    <message>
      <source>{name} of {owner}</source>
      <translation>{owner}中的 {name}</translation>
    </message>
    <message>
      <source>{name} over the last hour</source>
      <translation>最近一小时的{name}</translation>
    </message>
    <message>
      <source>{name} was deleted</source>
      <translation>{name} 已删除</translation>
    </message>
    <message>
      <source>{name} with {size:.0f} GB</source>
      <translation>{name}，{size:.0f} GB</translation>
    </message>
    <message>
      <source>{name}, this time</source>
      <translation>{name}，仅此一次</translation>
    </message>
    <message>
      <source>{owner}'s pages</source>
      <translation>{owner} 的页面</translation>
    </message>
    <message>
      <source>{path} of {owner}</source>
      <translation>{path}（{owner}）</translation>
    </message>
    <message>
      <source>{ready} of {total} passages ready</source>
      <translation>{total} 个段落中 {ready} 个就绪</translation>
    </message>
    <message>
      <source>{ready} of {total} passages. </source>
      <translation>{total} 个段落中的 {ready} 个。</translation>
    </message>
    <message>
      <source>{ready} of {total} passages…</source>
      <translation>段落 {ready} / {total}…</translation>
    </message>
    <message>
      <source>{received} received, {sent} sent</source>
      <translation>接收 {received}，发送 {sent}</translation>
    </message>
    <message>
      <source>{result} in {seconds:.1f} s · {passed}</source>
      <translation>{result}，{seconds:.1f} 秒 · {passed}</translation>
    </message>
    <message>
      <source>{seconds:.2f} s</source>
      <translation>{seconds:.2f} 秒</translation>
    </message>
    <message>
      <source>{size:.0f} GB free on disk</source>
      <translation>磁盘可用 {size:.0f} GB</translation>
    </message>
    <message>
      <source>{size:.0f} GB of memory</source>
      <translation>{size:.0f} GB 内存</translation>
    </message>
    <message>
      <source>{size}  ·  {time} to download at {speed} Mbit/s</source>
      <translation>{size}  ·  以 {speed} Mbit/s 下载需 {time}</translation>
    </message>
    <message>
      <source>{size} in {quantization}</source>
      <translation>{size}，{quantization}</translation>
    </message>
    <message>
      <source>{speed:.1f} tokens/s</source>
      <translation>{speed:.1f} 词元/秒</translation>
    </message>
    <message>
      <source>{stage}: not in the top results, {unit} {score:.2f}</source>
      <translation>{stage}：不在前列，{unit} {score:.2f}</translation>
    </message>
    <message>
      <source>{stage}: rank {rank}, {unit} {score:.2f}</source>
      <translation>{stage}：第 {rank} 名，{unit} {score:.2f}</translation>
    </message>
    <message>
      <source>{time} left</source>
      <translation>还剩 {time}</translation>
    </message>
    <message>
      <source>{verdict}, about {speed:.0f} tokens/s</source>
      <translation>{verdict}，约 {speed:.0f} 词元/秒</translation>
    </message>
    <message>
      <source>{waiting} unread</source>
      <translation>{waiting} 个未读</translation>
    </message>
    <message>
      <source>{words}. Hide the thoughts</source>
      <translation>{words}。隐藏思考</translation>
    </message>
    <message>
      <source>{words}. Hide them</source>
      <translation>{words}。隐藏</translation>
    </message>
    <message>
      <source>{words}. Show the thoughts</source>
      <translation>{words}。显示思考</translation>
    </message>
    <message>
      <source>{words}. Show them</source>
      <translation>{words}。显示</translation>
    </message>
    <message>
      <source>{{date}}, {{file}} and {{selection}} are filled in. Type / in the question box to use a prompt.</source>
      <translation>{{date}}、{{file}} 和 {{selection}} 会自动填入。在提问框中输入 / 使用提示词。</translation>
    </message>
    <message>
      <source>“{given}” is not a number.</source>
      <translation>“{given}”不是数字。</translation>
    </message>
    <message>
      <source>“{given}” is not a whole number.</source>
      <translation>“{given}”不是整数。</translation>
    </message>
    <message>
      <source>“{title}” was deleted</source>
      <translation>“{title}”已删除</translation>
    </message>
    <message>
      <source>● New</source>
      <translation>● 新</translation>
    </message>
  </context>
  <context>
    <name>core</name>
    <message>
      <source> Carrel stays offline until this is corrected.</source>
      <translation> 在更正之前，Carrel 将保持离线。</translation>
    </message>
    <message>
      <source> Rename it to end in {suffix}.</source>
      <translation> 请将其重命名为以 {suffix} 结尾。</translation>
    </message>
    <message>
      <source>, line {line}</source>
      <translation>，第 {line} 行</translation>
    </message>
    <message>
      <source>, {saved_money} {currency} saved</source>
      <translation>，节省 {saved_money} {currency}</translation>
    </message>
    <message>
      <source>--parallel is out of range</source>
      <translation>--parallel 超出范围</translation>
    </message>
    <message>
      <source>; {personal} masked</source>
      <translation>；已遮盖 {personal}</translation>
    </message>
    <message>
      <source>A GGUF file, a folder of safetensors, or remote: for the server below.</source>
      <translation>GGUF 文件、safetensors 文件夹，或表示下方服务器的 remote:。</translation>
    </message>
    <message>
      <source>A calendar begins with BEGIN:VCALENDAR.</source>
      <translation>日历以 BEGIN:VCALENDAR 开头。</translation>
    </message>
    <message>
      <source>A chat cannot be written to a {ending}</source>
      <translation>无法将对话写入 {ending}</translation>
    </message>
    <message>
      <source>A folder of a smaller one with the same tokens.</source>
      <translation>词元相同的较小模型所在的文件夹。</translation>
    </message>
    <message>
      <source>A mailbox begins with the word From.</source>
      <translation>邮箱文件以 From 一词开头。</translation>
    </message>
    <message>
      <source>A persona needs a name of one line.</source>
      <translation>角色需要一个单行的名称。</translation>
    </message>
    <message>
      <source>A prompt needs a name and a text</source>
      <translation>提示词需要名称和内容</translation>
    </message>
    <message>
      <source>A server at 127.0.0.1 may read everything then.</source>
      <translation>此时 127.0.0.1 上的服务器可以读取一切。</translation>
    </message>
    <message>
      <source>A step cannot be interrupted.</source>
      <translation>一步无法中断。</translation>
    </message>
    <message>
      <source>A window of {context_tokens} tokens needs too much memory. Set a smaller one.</source>
      <translation>{context_tokens} 词元的上下文需要的内存太多。请设小一些。</translation>
    </message>
    <message>
      <source>Address</source>
      <translation>地址</translation>
    </message>
    <message>
      <source>All folders</source>
      <translation>所有文件夹</translation>
    </message>
    <message>
      <source>Allocator</source>
      <translation>内存分配器</translation>
    </message>
    <message>
      <source>Also to a computer outside the private network.</source>
      <translation>也适用于专用网络之外的电脑。</translation>
    </message>
    <message>
      <source>Always allow</source>
      <translation>始终允许</translation>
    </message>
    <message>
      <source>Always block</source>
      <translation>始终阻止</translation>
    </message>
    <message>
      <source>Always mask</source>
      <translation>始终遮盖</translation>
    </message>
    <message>
      <source>An unannounced connection to {host} was refused</source>
      <translation>已拒绝未声明的到 {host} 的连接</translation>
    </message>
    <message>
      <source>Another program is using {path}. Close it, then try again. Nothing is lost.</source>
      <translation>另一个程序正在使用 {path}。请关闭它后重试。没有丢失任何内容。</translation>
    </message>
    <message>
      <source>Answer</source>
      <translation>回答</translation>
    </message>
    <message>
      <source>Answered before, {answered_at}</source>
      <translation>之前已回答，{answered_at}</translation>
    </message>
    <message>
      <source>Answers</source>
      <translation>回答</translation>
    </message>
    <message>
      <source>Answers at once</source>
      <translation>同时回答数</translation>
    </message>
    <message>
      <source>Answers restored: {turns}. The damaged file was kept as {name}. Delete it once you miss nothing: it also holds the chats that you delete from now on.</source>
      <translation>已恢复的回答：{turns}。损坏的文件保存为 {name}。确认没有缺失后请将其删除：您今后删除的对话也仍在其中。</translation>
    </message>
    <message>
      <source>Answers restored: {turns}. What was said after the last copy may be missing.</source>
      <translation>已恢复的回答：{turns}。最后一次备份之后的内容可能缺失。</translation>
    </message>
    <message>
      <source>Appearance</source>
      <translation>外观</translation>
    </message>
    <message>
      <source>Arithmetic</source>
      <translation>运算</translation>
    </message>
    <message>
      <source>Arithmetic of chats</source>
      <translation>对话运算</translation>
    </message>
    <message>
      <source>Arithmetic of nf4</source>
      <translation>nf4 的运算精度</translation>
    </message>
    <message>
      <source>As FLASH_ATTN. Automatic: the fastest for the GPU.</source>
      <translation>例如 FLASH_ATTN。自动：该 GPU 上最快的方式。</translation>
    </message>
    <message>
      <source>As PYTORCH_ALLOC_CONF. Of a GPU's memory.</source>
      <translation>与 PYTORCH_ALLOC_CONF 相同，用于 GPU 内存。</translation>
    </message>
    <message>
      <source>As cuda:1. Automatic: the first GPU, or the processor.</source>
      <translation>如 cuda:1。自动：第一个 GPU，或处理器。</translation>
    </message>
    <message>
      <source>As s3://bucket/path, from the next start on. Empty: on this computer.</source>
      <translation>形如 s3://bucket/path，下次启动时生效。留空：本机。</translation>
    </message>
    <message>
      <source>Ask a question first.</source>
      <translation>请先提问。</translation>
    </message>
    <message>
      <source>Ask again, and check the server.</source>
      <translation>请重新提问，并检查服务器。</translation>
    </message>
    <message>
      <source>Ask again, and the model that is selected now will answer.</source>
      <translation>请再次提问，将由当前选择的模型回答。</translation>
    </message>
    <message>
      <source>Ask again: it is answered without it then.</source>
      <translation>请重新提问，届时将不经由它回答。</translation>
    </message>
    <message>
      <source>Ask for the rest in a new question, or set a larger window: context_tokens under [model].</source>
      <translation>请用新问题询问其余内容，或在 [model] 下增大 context_tokens。</translation>
    </message>
    <message>
      <source>Attention</source>
      <translation>注意力</translation>
    </message>
    <message>
      <source>Automatic: Flash Attention 3 or 2 where installed. On a GPU.</source>
      <translation>自动：若已安装则用 Flash Attention 3 或 2。仅限 GPU。</translation>
    </message>
    <message>
      <source>Automatic: as the model says. fp8 halves 16 bits while loading.</source>
      <translation>自动：按模型所述。fp8 在加载时将 16 位减半。</translation>
    </message>
    <message>
      <source>Automatic: what is free, less a reserve.</source>
      <translation>自动：空闲部分减去预留。</translation>
    </message>
    <message>
      <source>Automatic: what the server says.</source>
      <translation>自动：以服务器为准。</translation>
    </message>
    <message>
      <source>Autotune cuDNN</source>
      <translation>cuDNN 自动调优</translation>
    </message>
    <message>
      <source>Batch</source>
      <translation>批次</translation>
    </message>
    <message>
      <source>Before a question goes to a server.</source>
      <translation>在问题发往服务器之前。</translation>
    </message>
    <message>
      <source>Before an answer: off, on, or the most tokens of thoughts, as 500.</source>
      <translation>回答之前：off、on，或思考的最多词元数，如 500。</translation>
    </message>
    <message>
      <source>Between the stages</source>
      <translation>各阶段之间</translation>
    </message>
    <message>
      <source>Bring it: `carrel models pull {name}`.</source>
      <translation>获取：`carrel models pull {name}`。</translation>
    </message>
    <message>
      <source>Building the prompt</source>
      <translation>构建提示词</translation>
    </message>
    <message>
      <source>Cannot change the settings in {path}</source>
      <translation>无法更改 {path} 中的设置</translation>
    </message>
    <message>
      <source>Cannot copy {name}: {error}</source>
      <translation>无法复制 {name}：{error}</translation>
    </message>
    <message>
      <source>Cannot download {name}: {error}</source>
      <translation>无法下载 {name}：{error}</translation>
    </message>
    <message>
      <source>Cannot download {name}: {why}</source>
      <translation>无法下载 {name}：{why}</translation>
    </message>
    <message>
      <source>Cannot download {what}: {host} answered HTTP {status}.</source>
      <translation>无法下载 {what}：{host} 返回 HTTP {status}。</translation>
    </message>
    <message>
      <source>Cannot reach the hub: {error}</source>
      <translation>无法连接到模型库：{error}</translation>
    </message>
    <message>
      <source>Cannot save the settings to {path}</source>
      <translation>无法将设置保存到 {path}</translation>
    </message>
    <message>
      <source>Cannot use {path} as Carrel's folder</source>
      <translation>无法将 {path} 用作 Carrel 的文件夹</translation>
    </message>
    <message>
      <source>Cannot write the model: {error}</source>
      <translation>无法写入模型：{error}</translation>
    </message>
    <message>
      <source>Cannot write {name}: {error}</source>
      <translation>无法写入 {name}：{error}</translation>
    </message>
    <message>
      <source>Capacity is planned for chat models only.</source>
      <translation>只为聊天模型规划容量。</translation>
    </message>
    <message>
      <source>Carrel ended while reading it</source>
      <translation>读取时 Carrel 退出</translation>
    </message>
    <message>
      <source>Carrel is not allowed to open {path}. Allow your user to read and write it and its folder. Nothing is lost.</source>
      <translation>Carrel 无权打开 {path}。请允许您的用户读写该文件及其文件夹。没有丢失任何内容。</translation>
    </message>
    <message>
      <source>Carrel is offline: {purpose} cannot connect to {host}</source>
      <translation>Carrel 处于离线状态：{purpose} 无法连接到 {host}</translation>
    </message>
    <message>
      <source>Carrel is open</source>
      <translation>Carrel 正在运行</translation>
    </message>
    <message>
      <source>Changes apply when a model is next loaded.</source>
      <translation>更改将在下次加载模型时生效。</translation>
    </message>
    <message>
      <source>Chats in RAM</source>
      <translation>内存中的对话</translation>
    </message>
    <message>
      <source>Chats were gone, and are restored from a copy</source>
      <translation>对话丢失，已从副本恢复</translation>
    </message>
    <message>
      <source>Check for abuse</source>
      <translation>检查辱骂内容</translation>
    </message>
    <message>
      <source>Check its settings.</source>
      <translation>请检查它的设置。</translation>
    </message>
    <message>
      <source>Check links</source>
      <translation>检查链接</translation>
    </message>
    <message>
      <source>Check passages for orders</source>
      <translation>检查段落中的指令</translation>
    </message>
    <message>
      <source>Check questions for orders</source>
      <translation>检查问题中的指令</translation>
    </message>
    <message>
      <source>Check the connection and the settings of pip or uv, then try again.</source>
      <translation>请检查网络连接以及 pip 或 uv 的设置，然后重试。</translation>
    </message>
    <message>
      <source>Check the connection, then try again.</source>
      <translation>请检查连接后重试。</translation>
    </message>
    <message>
      <source>Check the connection, then try again. The download resumes where it stopped.</source>
      <translation>请检查连接后重试。下载会从中断处继续。</translation>
    </message>
    <message>
      <source>Check the model and the address.</source>
      <translation>请检查模型和地址。</translation>
    </message>
    <message>
      <source>Check the server.</source>
      <translation>请检查服务器。</translation>
    </message>
    <message>
      <source>Checking sentences</source>
      <translation>核对句子</translation>
    </message>
    <message>
      <source>Choose a GGUF model, which llama.cpp runs here.</source>
      <translation>请选择可由 llama.cpp 在此运行的 GGUF 模型。</translation>
    </message>
    <message>
      <source>Choose a file that Carrel exported.</source>
      <translation>请选择由 Carrel 导出的文件。</translation>
    </message>
    <message>
      <source>Choose a model (Ctrl+M, or --model), or ask Reader, who quotes your files.</source>
      <translation>请选择模型（Ctrl+M 或 --model），或询问引用您文件的 Reader。</translation>
    </message>
    <message>
      <source>Choose a smaller quantisation or a smaller model: `carrel models list` shows which ones fit.</source>
      <translation>请选择更小的量化或更小的模型：`carrel models list` 会列出适合的。</translation>
    </message>
    <message>
      <source>Choose another file with --out, or delete it.</source>
      <translation>用 --out 选择另一个文件，或将它删除。</translation>
    </message>
    <message>
      <source>Choose another id.</source>
      <translation>请选择其他 ID。</translation>
    </message>
    <message>
      <source>Choose another one, or start a new one.</source>
      <translation>请选择其他对话，或新建一个。</translation>
    </message>
    <message>
      <source>Choose another place.</source>
      <translation>请选择其他位置。</translation>
    </message>
    <message>
      <source>Choose one first: Ctrl+M, or --model.</source>
      <translation>请先选择一个模型：Ctrl+M 或 --model。</translation>
    </message>
    <message>
      <source>Choose one of these: {matching}</source>
      <translation>请选择其中之一：{matching}</translation>
    </message>
    <message>
      <source>Choose the model by the question</source>
      <translation>按问题选择模型</translation>
    </message>
    <message>
      <source>Choose the one that was exported.</source>
      <translation>请选择导出的文件。</translation>
    </message>
    <message>
      <source>Cites a source that is not there</source>
      <translation>引用了不存在的来源</translation>
    </message>
    <message>
      <source>Close its window and stop its commands, then try again.</source>
      <translation>请关闭其窗口并停止其命令，然后重试。</translation>
    </message>
    <message>
      <source>Close other programs before you load it, or choose a smaller model.</source>
      <translation>加载之前请关闭其他程序，或选择更小的模型。</translation>
    </message>
    <message>
      <source>Compile it for this processor: make compile, or pip install 'carrel-desktop[llama]'</source>
      <translation>请为此处理器编译：make compile，或 pip install 'carrel-desktop[llama]'</translation>
    </message>
    <message>
      <source>Complex questions to the biggest model</source>
      <translation>复杂问题交给最大的模型</translation>
    </message>
    <message>
      <source>Computed: {words} · {outcome}</source>
      <translation>已计算：{words} · {outcome}</translation>
    </message>
    <message>
      <source>Computing</source>
      <translation>计算</translation>
    </message>
    <message>
      <source>Context</source>
      <translation>上下文</translation>
    </message>
    <message>
      <source>Convert it to EPUB.</source>
      <translation>请转换为 EPUB。</translation>
    </message>
    <message>
      <source>Copy what you need into the folder.</source>
      <translation>请将需要的内容复制到文件夹中。</translation>
    </message>
    <message>
      <source>Correct it, then {key} can be changed.</source>
      <translation>更正后即可更改 {key}。</translation>
    </message>
    <message>
      <source>Correct {path}.</source>
      <translation>请更正 {path}。</translation>
    </message>
    <message>
      <source>Counting saved tokens</source>
      <translation>统计节省的词元</translation>
    </message>
    <message>
      <source>Currency</source>
      <translation>货币</translation>
    </message>
    <message>
      <source>Delete {folder}, then download it again: `carrel models pull {name}`.</source>
      <translation>请删除 {folder}，然后重新下载：`carrel models pull {name}`。</translation>
    </message>
    <message>
      <source>Device</source>
      <translation>设备</translation>
    </message>
    <message>
      <source>Did you mean “{near}”?</source>
      <translation>您是指“{near}”吗？</translation>
    </message>
    <message>
      <source>Documents</source>
      <translation>文档</translation>
    </message>
    <message>
      <source>Download it again. It is in {parent}.</source>
      <translation>请重新下载。它在 {parent}。</translation>
    </message>
    <message>
      <source>Drafting</source>
      <translation>草稿生成</translation>
    </message>
    <message>
      <source>EPUB book</source>
      <translation>EPUB 电子书</translation>
    </message>
    <message>
      <source>Each begins with a line such as: # Summarise</source>
      <translation>每个提示词以这样的一行开头：# Summarise</translation>
    </message>
    <message>
      <source>Each server stands in it once.</source>
      <translation>每台服务器只写一次。</translation>
    </message>
    <message>
      <source>Edit {file}, or choose another id.</source>
      <translation>请编辑 {file}，或选择其他 ID。</translation>
    </message>
    <message>
      <source>Embedder</source>
      <translation>嵌入模型</translation>
    </message>
    <message>
      <source>Embedding</source>
      <translation>嵌入</translation>
    </message>
    <message>
      <source>Engine</source>
      <translation>引擎</translation>
    </message>
    <message>
      <source>English</source>
      <translation>英语</translation>
    </message>
    <message>
      <source>English and Chinese</source>
      <translation>英语和中文</translation>
    </message>
    <message>
      <source>Enter it again.</source>
      <translation>请重新输入。</translation>
    </message>
    <message>
      <source>Excel workbook</source>
      <translation>Excel 工作簿</translation>
    </message>
    <message>
      <source>Export it as PDF or SVG.</source>
      <translation>请导出为 PDF 或 SVG。</translation>
    </message>
    <message>
      <source>Export it as PDF or Word.</source>
      <translation>请导出为 PDF 或 Word。</translation>
    </message>
    <message>
      <source>Export it as PDF or in an Office format.</source>
      <translation>请导出为 PDF 或 Office 格式。</translation>
    </message>
    <message>
      <source>Export the notes again from Evernote.</source>
      <translation>请从 Evernote 重新导出笔记。</translation>
    </message>
    <message>
      <source>Export what you need as CSV or JSON.</source>
      <translation>请将需要的内容导出为 CSV 或 JSON。</translation>
    </message>
    <message>
      <source>Export what you need as CSV.</source>
      <translation>请将需要的内容导出为 CSV。</translation>
    </message>
    <message>
      <source>Faster on some computers. Automatic: as measured here.</source>
      <translation>在某些电脑上更快。自动：按本机测量结果。</translation>
    </message>
    <message>
      <source>File names</source>
      <translation>文件名</translation>
    </message>
    <message>
      <source>Fill in both and save it again.</source>
      <translation>请填写两项后再次保存。</translation>
    </message>
    <message>
      <source>Fitting the window</source>
      <translation>适配上下文</translation>
    </message>
    <message>
      <source>Flash attention</source>
      <translation>Flash attention</translation>
    </message>
    <message>
      <source>Folders of models</source>
      <translation>模型文件夹</translation>
    </message>
    <message>
      <source>Folders of search models</source>
      <translation>搜索模型文件夹</translation>
    </message>
    <message>
      <source>For new indexes; the Folders page changes one that is there.</source>
      <translation>用于新索引；已有索引在“文件夹”页面更改。</translation>
    </message>
    <message>
      <source>For one computation. Automatic: the fastest, measured here.</source>
      <translation>用于一次计算。自动：在本机测得的最快值。</translation>
    </message>
    <message>
      <source>Free some disk space, or allow Carrel to write there, then index again. Nothing is lost.</source>
      <translation>请释放磁盘空间或允许 Carrel 写入，然后重新索引。没有丢失任何内容。</translation>
    </message>
    <message>
      <source>Free some space on its disk, or allow Carrel to write there.</source>
      <translation>请释放磁盘空间，或允许 Carrel 写入。</translation>
    </message>
    <message>
      <source>Free up space or make the folder writable, then try again.</source>
      <translation>请释放空间或使文件夹可写，然后重试。</translation>
    </message>
    <message>
      <source>Free up space, then try again.</source>
      <translation>请腾出空间，然后重试。</translation>
    </message>
    <message>
      <source>Free up space, then try again. The download resumes where it stopped.</source>
      <translation>请释放空间后重试。下载会从中断处继续。</translation>
    </message>
    <message>
      <source>Free up {missing} MiB, then try again.</source>
      <translation>请释放 {missing} MiB，然后重试。</translation>
    </message>
    <message>
      <source>From this likeness on, one search serves both.</source>
      <translation>相似度达到此值时，共用一次搜索。</translation>
    </message>
    <message>
      <source>From your files and {persona}'s pages, word for word:</source>
      <translation>摘自您的文件和 {persona} 的资料，逐字引用：</translation>
    </message>
    <message>
      <source>From your files, word for word:</source>
      <translation>摘自您的文件，逐字引用：</translation>
    </message>
    <message>
      <source>From {persona}'s pages, word for word:</source>
      <translation>摘自 {persona} 的资料，逐字引用：</translation>
    </message>
    <message>
      <source>Fusion</source>
      <translation>融合</translation>
    </message>
    <message>
      <source>GPU memory is {gpu_memory} full. Choose a smaller model or a shorter window.</source>
      <translation>GPU 内存已用 {gpu_memory}。请选择更小的模型或更短的上下文。</translation>
    </message>
    <message>
      <source>GPUs for each layer</source>
      <translation>每层的 GPU 数</translation>
    </message>
    <message>
      <source>Give a name that ends in .svg.</source>
      <translation>请使用以 .svg 结尾的名称。</translation>
    </message>
    <message>
      <source>Give each home an index_uri of its own under [search]. If that home is gone, delete what is there.</source>
      <translation>请在 [search] 下为每个主目录设置各自的 index_uri。如果那个主目录已不存在，请删除该位置的内容。</translation>
    </message>
    <message>
      <source>Give it in GB too, as: Mac {known} 64</source>
      <translation>请同时以 GB 给出内存，例如：Mac {known} 64</translation>
    </message>
    <message>
      <source>Groups of GPUs</source>
      <translation>GPU 组</translation>
    </message>
    <message>
      <source>Guard rails</source>
      <translation>护栏</translation>
    </message>
    <message>
      <source>How a model writes where the persona does not say. Exact is greedy.</source>
      <translation>角色未指定时模型的写作方式。“精确”只取最可能的词。</translation>
    </message>
    <message>
      <source>How many {words}?</source>
      <translation>有多少 {words}？</translation>
    </message>
    <message>
      <source>I do not answer questions on this topic.</source>
      <translation>我不回答有关这个话题的问题。</translation>
    </message>
    <message>
      <source>IP address</source>
      <translation>IP 地址</translation>
    </message>
    <message>
      <source>IP addresses</source>
      <translation>IP 地址</translation>
    </message>
    <message>
      <source>In answers.</source>
      <translation>在回答中检查。</translation>
    </message>
    <message>
      <source>In no source and not in the question: {shown}</source>
      <translation>来源和问题中都没有：{shown}</translation>
    </message>
    <message>
      <source>Install Carrel again, or: pip install 'carrel-desktop[llama]', which compiles it.</source>
      <translation>请重新安装 Carrel，或运行 pip install 'carrel-desktop[llama]'（会编译）。</translation>
    </message>
    <message>
      <source>Install it with `pip install 'carrel-desktop[workstation]'`, or choose a GGUF model, which llama.cpp runs.</source>
      <translation>请用 `pip install 'carrel-desktop[workstation]'` 安装，或选择由 llama.cpp 运行的 GGUF 模型。</translation>
    </message>
    <message>
      <source>Is it a server for OpenAI's chat completions, and is the address right?</source>
      <translation>它是提供 OpenAI 聊天补全接口的服务器吗？地址是否正确？</translation>
    </message>
    <message>
      <source>Is it a server for language models?</source>
      <translation>它是语言模型服务器吗？</translation>
    </message>
    <message>
      <source>It cannot be opened: {error}</source>
      <translation>无法打开：{error}</translation>
    </message>
    <message>
      <source>It cannot be read: {strerror}.</source>
      <translation>无法读取：{strerror}。</translation>
    </message>
    <message>
      <source>It computes invalid numbers: its weights are damaged. Download the model again.</source>
      <translation>计算出无效的数值：其权重已损坏。请重新下载模型。</translation>
    </message>
    <message>
      <source>It does not name its architecture. It is damaged, or not a chat model.</source>
      <translation>没有注明架构。文件已损坏，或不是对话模型。</translation>
    </message>
    <message>
      <source>It does not write text ({architecture}). Choose a chat model.</source>
      <translation>它不能生成文本（{architecture}）。请选择对话模型。</translation>
    </message>
    <message>
      <source>It does not write text ({config}). Choose a chat model.</source>
      <translation>它不能生成文本（{config}）。请选择对话模型。</translation>
    </message>
    <message>
      <source>It does not write text. Choose a chat model.</source>
      <translation>它不能生成文本。请选择对话模型。</translation>
    </message>
    <message>
      <source>It fails to compute: {reason}</source>
      <translation>计算失败：{reason}</translation>
    </message>
    <message>
      <source>It has no vocabulary. Choose a chat model.</source>
      <translation>它没有词表。请选择对话模型。</translation>
    </message>
    <message>
      <source>It has no weights, only a vocabulary. Choose a chat model.</source>
      <translation>它没有权重，只有词表。请选择对话模型。</translation>
    </message>
    <message>
      <source>It has only one version: leave the quantisation out.</source>
      <translation>它只有一个版本：请不要填写量化。</translation>
    </message>
    <message>
      <source>It has {names}.</source>
      <translation>它有：{names}。</translation>
    </message>
    <message>
      <source>It has {source} characters; the longest have some 30,000.</source>
      <translation>它有 {source} 个字符；最长的约 30,000 个。</translation>
    </message>
    <message>
      <source>It has: {offered}.</source>
      <translation>它有：{offered}。</translation>
    </message>
    <message>
      <source>It is 1 to {most_parallel}.</source>
      <translation>应为 1 到 {most_parallel}。</translation>
    </message>
    <message>
      <source>It is a folder. Choose a .gguf file.</source>
      <translation>这是文件夹。请选择 .gguf 文件。</translation>
    </message>
    <message>
      <source>It is an adapter for a model. Choose the model itself.</source>
      <translation>这是模型的适配器。请选择模型本身。</translation>
    </message>
    <message>
      <source>It is an addition to a model ({kind}). Choose the model itself.</source>
      <translation>这是模型的附加文件（{kind}）。请选择模型本身。</translation>
    </message>
    <message>
      <source>It is cut there. 0: nowhere.</source>
      <translation>在此处截断。0：不截断。</translation>
    </message>
    <message>
      <source>It is in {places}. Use a model on this machine, or let [guard] in the settings mask it instead. If the server runs on this machine, say so with `carrel remote local`.</source>
      <translation>位于 {places}。请使用这台电脑上的模型，或在设置的 [guard] 中改为遮盖。如果服务器就在这台电脑上运行，请用 `carrel remote local` 说明。</translation>
    </message>
    <message>
      <source>It is in {place}. Carrel does not delete files there.</source>
      <translation>它在 {place}。Carrel 不会删除那里的文件。</translation>
    </message>
    <message>
      <source>It is not UTF-8 text</source>
      <translation>不是 UTF-8 文本</translation>
    </message>
    <message>
      <source>It is not a GGUF file. Choose a file that ends in .gguf.</source>
      <translation>不是 GGUF 文件。请选择以 .gguf 结尾的文件。</translation>
    </message>
    <message>
      <source>It is not a folder with config.json and safetensors.</source>
      <translation>不是含有 config.json 和 safetensors 的文件夹。</translation>
    </message>
    <message>
      <source>It is not valid GBNF, or it has a left-recursive rule.</source>
      <translation>不是有效的 GBNF，或含有左递归规则。</translation>
    </message>
    <message>
      <source>It is not valid TOML: {error}</source>
      <translation>不是有效的 TOML：{error}</translation>
    </message>
    <message>
      <source>It is {context}.</source>
      <translation>现在是 {context}。</translation>
    </message>
    <message>
      <source>It is {noun}.</source>
      <translation>它是{noun}。</translation>
    </message>
    <message>
      <source>It is {number}.</source>
      <translation>现在是 {number}。</translation>
    </message>
    <message>
      <source>It is “{thinking}”.</source>
      <translation>现在是“{thinking}”。</translation>
    </message>
    <message>
      <source>It leaves the model no way to continue its answer.</source>
      <translation>它让模型无法继续回答。</translation>
    </message>
    <message>
      <source>It may be damaged.</source>
      <translation>文件可能已损坏。</translation>
    </message>
    <message>
      <source>It needs to run code of its own, which Carrel never does. Choose a model without such code.</source>
      <translation>它需要运行自带的代码，而 Carrel 从不这样做。请选择不含此类代码的模型。</translation>
    </message>
    <message>
      <source>It points to {location}. Carrel follows no redirection: set that address if you trust it.</source>
      <translation>它指向 {location}。Carrel 不跟随重定向：如果您信任该地址，请直接设置它。</translation>
    </message>
    <message>
      <source>It runs on this computer</source>
      <translation>在本机运行</translation>
    </message>
    <message>
      <source>It stops there and keeps what it has.</source>
      <translation>到时停止，并保留已有结果。</translation>
    </message>
    <message>
      <source>It takes too long, or writes too much. The model's file is damaged, or not to be trusted.</source>
      <translation>耗时过长或输出过多。模型文件已损坏，或不可信任。</translation>
    </message>
    <message>
      <source>It takes {needed} MB for a while. Free some space.</source>
      <translation>暂时需要 {needed} MB。请释放一些空间。</translation>
    </message>
    <message>
      <source>It was deleted. Try again later.</source>
      <translation>已将其删除。请稍后重试。</translation>
    </message>
    <message>
      <source>It would be slow here; a smaller model writes at least {wanted_tokens_per_second} tokens/s.</source>
      <translation>在这里会很慢；更小的模型每秒至少写 {wanted_tokens_per_second} 词元。</translation>
    </message>
    <message>
      <source>It {replace}.</source>
      <translation>{replace}。</translation>
    </message>
    <message>
      <source>Its chat template is broken: {hint}</source>
      <translation>其聊天模板有误：{hint}</translation>
    </message>
    <message>
      <source>Its header does not tell its whole shape. Give layers, hidden and the rest yourself.</source>
      <translation>其文件头没有完整的结构信息。请自行给出 layers、hidden 等。</translation>
    </message>
    <message>
      <source>Its header is damaged: {value} is {value2}. Download it again.</source>
      <translation>文件头已损坏：{value} 为 {value2}。请重新下载。</translation>
    </message>
    <message>
      <source>Its header is larger than that of any known model. The file is damaged.</source>
      <translation>其文件头比任何已知模型都大。文件已损坏。</translation>
    </message>
    <message>
      <source>Its name does not fit a model in parts. Download it again.</source>
      <translation>其名称不符合分卷模型的格式。请重新下载。</translation>
    </message>
    <message>
      <source>Its name on the server. Empty: the first.</source>
      <translation>它在服务器上的名称。留空：第一个。</translation>
    </message>
    <message>
      <source>Its tokenizer is missing. Download the model again, with all its files.</source>
      <translation>缺少分词器。请重新下载模型及其所有文件。</translation>
    </message>
    <message>
      <source>Its weights are missing. Download the model again, with all its files.</source>
      <translation>缺少权重。请重新下载模型及其所有文件。</translation>
    </message>
    <message>
      <source>Its weights are pickle files, which can run code. Choose a version in safetensors.</source>
      <translation>其权重是可以运行代码的 pickle 文件。请选择 safetensors 版本。</translation>
    </message>
    <message>
      <source>Its weights need {gib} GiB on the graphics card, and {gib2} GiB are free. Close other programs that use it, or choose a smaller model.</source>
      <translation>其权重需要显卡上的 {gib} GiB，而只有 {gib2} GiB 可用。请关闭使用显卡的其他程序，或选择更小的模型。</translation>
    </message>
    <message>
      <source>Its weights need {sizes}. Close other programs, or choose a smaller model.</source>
      <translation>其权重需要 {sizes}。请关闭其他程序，或选择更小的模型。</translation>
    </message>
    <message>
      <source>Keep answers</source>
      <translation>保留回答</translation>
    </message>
    <message>
      <source>Keep deleted chats</source>
      <translation>保留已删除的对话</translation>
    </message>
    <message>
      <source>Keys, passwords, identity, card and account numbers</source>
      <translation>密钥、密码、身份证号、卡号和账号</translation>
    </message>
    <message>
      <source>Keyword search</source>
      <translation>关键词搜索</translation>
    </message>
    <message>
      <source>Kinds of personal data that go as placeholders.</source>
      <translation>以占位符形式发送的个人数据种类。</translation>
    </message>
    <message>
      <source>Kinds of personal data that may go as they are.</source>
      <translation>可以原样发送的个人数据种类。</translation>
    </message>
    <message>
      <source>Kinds of personal data that never go to a server.</source>
      <translation>绝不发往服务器的个人数据种类。</translation>
    </message>
    <message>
      <source>Known names: {known_names}.</source>
      <translation>已知名称：{known_names}。</translation>
    </message>
    <message>
      <source>Language</source>
      <translation>语言</translation>
    </message>
    <message>
      <source>Layers on graphics cards</source>
      <translation>显卡上的层数</translation>
    </message>
    <message>
      <source>Least relevance</source>
      <translation>最低相关度</translation>
    </message>
    <message>
      <source>Let personas refuse topics</source>
      <translation>允许角色拒绝话题</translation>
    </message>
    <message>
      <source>Longest answer</source>
      <translation>最长回答</translation>
    </message>
    <message>
      <source>Longest match of ngram</source>
      <translation>ngram 的最长匹配</translation>
    </message>
    <message>
      <source>Look again</source>
      <translation>再次查找</translation>
    </message>
    <message>
      <source>Looked again: {subject} · {outcome}</source>
      <translation>再次查找：{subject} · {outcome}</translation>
    </message>
    <message>
      <source>Looking again</source>
      <translation>再次查找</translation>
    </message>
    <message>
      <source>Mask sends placeholders; refuse sends nothing with any.</source>
      <translation>遮盖：发送占位符；拒绝：含个人数据则不发送。</translation>
    </message>
    <message>
      <source>Memory for chats</source>
      <translation>对话内存</translation>
    </message>
    <message>
      <source>Memory for models</source>
      <translation>模型内存</translation>
    </message>
    <message>
      <source>Memory of a chat</source>
      <translation>对话内存</translation>
    </message>
    <message>
      <source>Model</source>
      <translation>模型</translation>
    </message>
    <message>
      <source>Model server</source>
      <translation>模型服务器</translation>
    </message>
    <message>
      <source>Model that drafts</source>
      <translation>草稿模型</translation>
    </message>
    <message>
      <source>Models</source>
      <translation>模型</translation>
    </message>
    <message>
      <source>Models cannot be saved in {models}: {error}</source>
      <translation>无法将模型保存到 {models}：{error}</translation>
    </message>
    <message>
      <source>More of them wait.</source>
      <translation>其余的排队等待。</translation>
    </message>
    <message>
      <source>More servers</source>
      <translation>更多服务器</translation>
    </message>
    <message>
      <source>Name a folder; every file in it is then indexed.</source>
      <translation>请指定文件夹；其中的每个文件都会被索引。</translation>
    </message>
    <message>
      <source>Name addresses in an answer that no source has.</source>
      <translation>指出回答中来源里没有的网址。</translation>
    </message>
    <message>
      <source>Names, addresses, phone numbers</source>
      <translation>姓名、地址、电话号码</translation>
    </message>
    <message>
      <source>Near it: {near}. Or give its memory, as 16GB; several as 2x A100-80.</source>
      <translation>相近的名称：{near}。也可给出内存，如 16GB；多块写作 2x A100-80。</translation>
    </message>
    <message>
      <source>No chat model is called “{name}”.</source>
      <translation>没有名为“{name}”的对话模型。</translation>
    </message>
    <message>
      <source>No compilation</source>
      <translation>不编译</translation>
    </message>
    <message>
      <source>No embedder is installed</source>
      <translation>没有安装嵌入模型</translation>
    </message>
    <message>
      <source>No file answers this. Try other words, or add a folder with the answer.</source>
      <translation>没有文件回答这个问题。请换一种说法，或添加含有答案的文件夹。</translation>
    </message>
    <message>
      <source>No files</source>
      <translation>不用文件</translation>
    </message>
    <message>
      <source>No indexed file has the key {key}.</source>
      <translation>没有已索引的文件含有键 {key}。</translation>
    </message>
    <message>
      <source>No machine is called “{name}”</source>
      <translation>没有名为“{name}”的机器</translation>
    </message>
    <message>
      <source>No model can continue this answer</source>
      <translation>没有模型可以继续这个回答</translation>
    </message>
    <message>
      <source>No model is named</source>
      <translation>未指定模型</translation>
    </message>
    <message>
      <source>No model server is set up</source>
      <translation>尚未设置模型服务器</translation>
    </message>
    <message>
      <source>No other embedder was used before.</source>
      <translation>之前没有使用过其他嵌入模型。</translation>
    </message>
    <message>
      <source>No package index can be read.{troubles}</source>
      <translation>没有可读取的软件包索引。{troubles}</translation>
    </message>
    <message>
      <source>No package index has a release of {name}.</source>
      <translation>没有软件包索引提供 {name} 的发行版。</translation>
    </message>
    <message>
      <source>No package index has {name} {version}.{troubles}</source>
      <translation>没有软件包索引提供 {name} {version}。{troubles}</translation>
    </message>
    <message>
      <source>No prompt is named {name}</source>
      <translation>没有名为“{name}”的提示词</translation>
    </message>
    <message>
      <source>No {model} is called “{name}”.</source>
      <translation>没有名为“{name}”的{model}。</translation>
    </message>
    <message>
      <source>Not in the sources</source>
      <translation>来源中没有</translation>
    </message>
    <message>
      <source>Not in the sources: {missing}</source>
      <translation>来源中没有：{missing}</translation>
    </message>
    <message>
      <source>Nothing in the files read so far answers this. {says}.</source>
      <translation>目前已读的文件中没有答案。{says}。</translation>
    </message>
    <message>
      <source>Nothing was changed. Try again.</source>
      <translation>未做任何更改。请重试。</translation>
    </message>
    <message>
      <source>Nothing was installed. Remove that file.</source>
      <translation>未安装任何内容。请删除该文件。</translation>
    </message>
    <message>
      <source>Nothing was installed. Try again later.</source>
      <translation>未安装任何内容。请稍后重试。</translation>
    </message>
    <message>
      <source>Nothing was sent to {model}, as the question or its passages contain {summary}</source>
      <translation>问题或其段落含有 {summary}，因此未向 {model} 发送任何内容</translation>
    </message>
    <message>
      <source>Obsidian vault</source>
      <translation>Obsidian 仓库</translation>
    </message>
    <message>
      <source>Of a GGUF model. Automatic: as many as their free memory holds.</source>
      <translation>用于 GGUF 模型。自动：空闲显存能容纳的层数。</translation>
    </message>
    <message>
      <source>Of a server with OpenAI's chat completions, as http://gpu.local:8000.</source>
      <translation>提供 OpenAI 聊天补全接口的服务器，如 http://gpu.local:8000。</translation>
    </message>
    <message>
      <source>Of that price.</source>
      <translation>上述价格的货币。</translation>
    </message>
    <message>
      <source>Of the models in memory the smallest answers simple questions, the biggest complex ones, and none on a server those with personal data.</source>
      <translation>在内存中的模型里，最小的回答简单问题，最大的回答复杂问题，含个人数据的问题不发往服务器。</translation>
    </message>
    <message>
      <source>Of the models in memory; all others go to the chosen one.</source>
      <translation>在内存中的模型里；其他问题交给所选模型。</translation>
    </message>
    <message>
      <source>Of the same model as the server below; they share the questions.</source>
      <translation>与下方服务器使用同一模型，共同分担问题。</translation>
    </message>
    <message>
      <source>Of the text it looks for.</source>
      <translation>所查找文本的长度。</translation>
    </message>
    <message>
      <source>Of the window, from the next start on.</source>
      <translation>窗口的语言，下次启动时生效。</translation>
    </message>
    <message>
      <source>On a GPU. bfloat16 where numbers overflow.</source>
      <translation>仅限 GPU。数值溢出时用 bfloat16。</translation>
    </message>
    <message>
      <source>On each GPU. Automatic: what the share leaves.</source>
      <translation>每个 GPU。自动：上述比例的剩余部分。</translation>
    </message>
    <message>
      <source>Only partly in the sources</source>
      <translation>来源中只有一部分</translation>
    </message>
    <message>
      <source>Open it in Jupyter and save it again.</source>
      <translation>请在 Jupyter 中打开并重新保存。</translation>
    </message>
    <message>
      <source>Open it in Obsidian and save it again.</source>
      <translation>请在 Obsidian 中打开并重新保存。</translation>
    </message>
    <message>
      <source>Open it in Outlook and save it again.</source>
      <translation>请在 Outlook 中打开并重新保存。</translation>
    </message>
    <message>
      <source>Open it in Word and save it again.</source>
      <translation>请在 Word 中打开并重新保存。</translation>
    </message>
    <message>
      <source>Open it in a PDF viewer and save or print it again.</source>
      <translation>请在 PDF 阅读器中打开并重新保存或打印。</translation>
    </message>
    <message>
      <source>Open it in its own program and save it again.</source>
      <translation>请在其原程序中打开并重新保存。</translation>
    </message>
    <message>
      <source>Open it in the program that wrote it.</source>
      <translation>请在写入它的程序中打开。</translation>
    </message>
    <message>
      <source>PDF with an unknown kind of encryption</source>
      <translation>加密方式未知的 PDF</translation>
    </message>
    <message>
      <source>Passage {numbers}</source>
      <translation>段落 {numbers}</translation>
    </message>
    <message>
      <source>Passages after reranking</source>
      <translation>重排后的段落</translation>
    </message>
    <message>
      <source>Passages to rerank</source>
      <translation>待重排的段落</translation>
    </message>
    <message>
      <source>Passages {numbers}</source>
      <translation>段落 {numbers}</translation>
    </message>
    <message>
      <source>Pays where all prompts are equally long. On a GPU.</source>
      <translation>所有提示词长度相同时才有益。仅限 GPU。</translation>
    </message>
    <message>
      <source>Per million tokens, to show what retrieval saved. 0: no money is shown.</source>
      <translation>每百万词元的价格，用于显示检索节省了多少。0：不显示金额。</translation>
    </message>
    <message>
      <source>Persona</source>
      <translation>角色</translation>
    </message>
    <message>
      <source>Personal data</source>
      <translation>个人数据</translation>
    </message>
    <message>
      <source>Pickle files can run code and are never downloaded. Look for a version in GGUF or safetensors.</source>
      <translation>Pickle 文件可以运行代码，因此从不下载。请寻找 GGUF 或 safetensors 版本。</translation>
    </message>
    <message>
      <source>Place of the index</source>
      <translation>索引位置</translation>
    </message>
    <message>
      <source>PowerPoint presentation</source>
      <translation>PowerPoint 演示文稿</translation>
    </message>
    <message>
      <source>Price of reading</source>
      <translation>阅读价格</translation>
    </message>
    <message>
      <source>Privacy</source>
      <translation>隐私</translation>
    </message>
    <message>
      <source>Products of 32 bits with fewer digits, faster. On a GPU.</source>
      <translation>以较少位数更快地计算 32 位乘法。仅限 GPU。</translation>
    </message>
    <message>
      <source>Put a transcript into the folder.</source>
      <translation>请将文字稿放入文件夹。</translation>
    </message>
    <message>
      <source>Put back a copy of it from a backup of yours. Without it, nothing of this home can be opened.</source>
      <translation>请从您的备份中放回一份副本。没有它，此主目录中的任何内容都无法打开。</translation>
    </message>
    <message>
      <source>Put the file itself into the folder.</source>
      <translation>请将文件本身放入文件夹。</translation>
    </message>
    <message>
      <source>Quantising needs bitsandbytes and accelerate: `pip install 'carrel-desktop[workstation]'`.</source>
      <translation>加载时量化需要 bitsandbytes 和 accelerate：`pip install 'carrel-desktop[workstation]'`。</translation>
    </message>
    <message>
      <source>Quantization</source>
      <translation>量化</translation>
    </message>
    <message>
      <source>Quantize twice</source>
      <translation>双重量化</translation>
    </message>
    <message>
      <source>Question</source>
      <translation>问题</translation>
    </message>
    <message>
      <source>Read in excerpts: {name} ({part})</source>
      <translation>节选阅读：{name}（{part}）</translation>
    </message>
    <message>
      <source>Read whole: {name} ({sections} section)</source>
      <translation>全文阅读：{name}（{sections} 个部分）</translation>
    </message>
    <message>
      <source>Read whole: {name} ({sections} sections)</source>
      <translation>全文阅读：{name}（{sections} 个部分）</translation>
    </message>
    <message>
      <source>Read {read} in {files} ({share}){money}</source>
      <translation>在 {files} 中读取 {read}（{share}）{money}</translation>
    </message>
    <message>
      <source>Reading the prompt</source>
      <translation>读取提示词</translation>
    </message>
    <message>
      <source>Reads the best passages again, in order. Auto: the installed one.</source>
      <translation>重新阅读最好的段落并排序。自动：已安装的那个。</translation>
    </message>
    <message>
      <source>Refuse every connection to another computer.</source>
      <translation>拒绝与其他电脑的所有连接。</translation>
    </message>
    <message>
      <source>Remove a persona of your own.</source>
      <translation>请移除您自己的角色。</translation>
    </message>
    <message>
      <source>Remove a persona, or choose another name.</source>
      <translation>请移除一个角色，或选择其他名称。</translation>
    </message>
    <message>
      <source>Remove it first.</source>
      <translation>请先移除它。</translation>
    </message>
    <message>
      <source>Removed are: {removed}</source>
      <translation>已移除的有：{removed}</translation>
    </message>
    <message>
      <source>Rename it to end in {suffix}.</source>
      <translation>请将其重命名为以 {suffix} 结尾。</translation>
    </message>
    <message>
      <source>Rename it, and add it again.</source>
      <translation>请重命名后再添加。</translation>
    </message>
    <message>
      <source>Reranker</source>
      <translation>重排模型</translation>
    </message>
    <message>
      <source>Reranking</source>
      <translation>重排序</translation>
    </message>
    <message>
      <source>Retrieval</source>
      <translation>检索</translation>
    </message>
    <message>
      <source>Rewriting</source>
      <translation>改写问题</translation>
    </message>
    <message>
      <source>Role markers in {lower} were broken.</source>
      <translation>已破坏 {lower} 中的角色标记。</translation>
    </message>
    <message>
      <source>Room for passages</source>
      <translation>段落空间</translation>
    </message>
    <message>
      <source>Run Carrel in a terminal, which asks for it, or set {variable}.</source>
      <translation>请在会询问密码的终端中运行 Carrel，或设置 {variable}。</translation>
    </message>
    <message>
      <source>Run `carrel index` to rebuild it from the text that Carrel already has.</source>
      <translation>请运行 `carrel index`，用 Carrel 已有的文本重建。</translation>
    </message>
    <message>
      <source>Run `carrel models pull {name}`.</source>
      <translation>请运行 `carrel models pull {name}`。</translation>
    </message>
    <message>
      <source>Save a copy without a password.</source>
      <translation>请另存一份无密码的副本。</translation>
    </message>
    <message>
      <source>Save a copy without encryption.</source>
      <translation>请另存一份未加密的副本。</translation>
    </message>
    <message>
      <source>Save a decrypted copy.</source>
      <translation>请保存一份解密的副本。</translation>
    </message>
    <message>
      <source>Save a smaller copy.</source>
      <translation>请保存一份较小的副本。</translation>
    </message>
    <message>
      <source>Save it again as a web page.</source>
      <translation>请重新保存为网页。</translation>
    </message>
    <message>
      <source>Save it again in Safari.</source>
      <translation>请在 Safari 中重新保存。</translation>
    </message>
    <message>
      <source>Save it as .docx.</source>
      <translation>请保存为 .docx。</translation>
    </message>
    <message>
      <source>Save it as PNG or JPEG.</source>
      <translation>请保存为 PNG 或 JPEG。</translation>
    </message>
    <message>
      <source>Save it in a newer format.</source>
      <translation>请保存为较新的格式。</translation>
    </message>
    <message>
      <source>Save them one by one as .msg or .eml.</source>
      <translation>请逐个保存为 .msg 或 .eml。</translation>
    </message>
    <message>
      <source>Saving the chat</source>
      <translation>保存对话</translation>
    </message>
    <message>
      <source>Say when a file tries to command the model.</source>
      <translation>当文件试图命令模型时提示。</translation>
    </message>
    <message>
      <source>Say when one tries to change what the model obeys.</source>
      <translation>当问题试图改变模型遵守的规则时提示。</translation>
    </message>
    <message>
      <source>Say which: carrel models fit OWNER/MODEL --on MACHINE</source>
      <translation>请指定模型：carrel models fit OWNER/MODEL --on MACHINE</translation>
    </message>
    <message>
      <source>Search</source>
      <translation>搜索</translation>
    </message>
    <message>
      <source>Searched first.</source>
      <translation>优先在此查找。</translation>
    </message>
    <message>
      <source>Searched for models besides Carrel's own.</source>
      <translation>除 Carrel 自己的文件夹外，在这些地方查找模型。</translation>
    </message>
    <message>
      <source>Searched for: {splitlines}</source>
      <translation>搜索内容：{splitlines}</translation>
    </message>
    <message>
      <source>Searches kept</source>
      <translation>保留的搜索</translation>
    </message>
    <message>
      <source>Selection</source>
      <translation>选取</translation>
    </message>
    <message>
      <source>Sentences</source>
      <translation>句子比较</translation>
    </message>
    <message>
      <source>Set a context window of {window} tokens, or close other programs.</source>
      <translation>请将上下文设为 {window} 词元，或关闭其他程序。</translation>
    </message>
    <message>
      <source>Set it to on or off, or use a GGUF model.</source>
      <translation>请设为 on 或 off，或使用 GGUF 模型。</translation>
    </message>
    <message>
      <source>Set url under [remote] in the settings, or choose remote:URL#model.</source>
      <translation>请在设置的 [remote] 下填写 url，或选择 remote:URL#model。</translation>
    </message>
    <message>
      <source>Set {variable} for each run instead: Carrel itself writes no key to disk.</source>
      <translation>请改为每次运行时设置 {variable}：Carrel 不会把密钥写入磁盘。</translation>
    </message>
    <message>
      <source>Several answers at once</source>
      <translation>同时写多个回答</translation>
    </message>
    <message>
      <source>Share of GPU memory</source>
      <translation>GPU 内存比例</translation>
    </message>
    <message>
      <source>Share of this computer's memory for all models.</source>
      <translation>所有模型可用的本机内存比例。</translation>
    </message>
    <message>
      <source>Similar questions</source>
      <translation>相似的问题</translation>
    </message>
    <message>
      <source>So long they can be restored. 0: until Undo ends.</source>
      <translation>在此期间可以恢复。0：直到撤销结束。</translation>
    </message>
    <message>
      <source>Something went wrong inside Carrel</source>
      <translation>Carrel 内部出错</translation>
    </message>
    <message>
      <source>Split it into smaller files.</source>
      <translation>请拆分为更小的文件。</translation>
    </message>
    <message>
      <source>Split it.</source>
      <translation>请拆分。</translation>
    </message>
    <message>
      <source>Start Carrel again: it sets {name} aside, and repairs what it held.</source>
      <translation>请重新启动 Carrel：它会将 {name} 另存，并修复其中的内容。</translation>
    </message>
    <message>
      <source>Start a new conversation.</source>
      <translation>请新建对话。</translation>
    </message>
    <message>
      <source>Start it with one.</source>
      <translation>请带模型启动它。</translation>
    </message>
    <message>
      <source>Starts faster, writes slower. Automatic: compile on a GPU.</source>
      <translation>启动更快，写作更慢。自动：在 GPU 上编译。</translation>
    </message>
    <message>
      <source>Store the right key with `carrel remote key`, or set CARREL_REMOTE_KEY.</source>
      <translation>请用 `carrel remote key` 保存正确的密钥，或设置 CARREL_REMOTE_KEY。</translation>
    </message>
    <message>
      <source>Take {shortest_passphrase} characters at least; four or more words that do not belong together are good.</source>
      <translation>至少使用 {shortest_passphrase} 个字符；最好用四个以上互不相关的词。</translation>
    </message>
    <message>
      <source>That is not the passphrase of this home</source>
      <translation>这不是此主目录的密码短语</translation>
    </message>
    <message>
      <source>The Carrel that was answering has ended</source>
      <translation>正在回答的 Carrel 已经结束</translation>
    </message>
    <message>
      <source>The answer contains abusive words.</source>
      <translation>回答中含有辱骂性词语。</translation>
    </message>
    <message>
      <source>The answer does not follow the format: {problem}.</source>
      <translation>回答不符合格式：{problem}。</translation>
    </message>
    <message>
      <source>The answer is no longer in the conversation</source>
      <translation>该回答已不在对话中</translation>
    </message>
    <message>
      <source>The answer was cut at {answer_characters} characters.</source>
      <translation>回答已在 {answer_characters} 个字符处截断。</translation>
    </message>
    <message>
      <source>The best that the reranker reads.</source>
      <translation>重排模型阅读的最佳段落数。</translation>
    </message>
    <message>
      <source>The chart cannot be written as {name}</source>
      <translation>无法将图表写为 {name}</translation>
    </message>
    <message>
      <source>The connection log {file} cannot be read</source>
      <translation>无法读取连接日志 {file}</translation>
    </message>
    <message>
      <source>The connection log {log_file} cannot be written</source>
      <translation>无法写入连接日志 {log_file}</translation>
    </message>
    <message>
      <source>The conversations in {path} cannot be opened or saved: {error}</source>
      <translation>无法打开或保存 {path} 中的对话：{error}</translation>
    </message>
    <message>
      <source>The conversations in {path} cannot be read: {error}</source>
      <translation>无法读取 {path} 中的对话：{error}</translation>
    </message>
    <message>
      <source>The conversations in {path} were written by a newer Carrel</source>
      <translation>{path} 中的对话由更新版本的 Carrel 写入</translation>
    </message>
    <message>
      <source>The default settings apply</source>
      <translation>默认设置生效</translation>
    </message>
    <message>
      <source>The disk is too full to convert the home</source>
      <translation>磁盘空间不足，无法转换主目录</translation>
    </message>
    <message>
      <source>The disk of {parent} is full.</source>
      <translation>{parent} 所在磁盘已满。</translation>
    </message>
    <message>
      <source>The disk of {parent} is full. Free some space, then try again. Nothing is lost.</source>
      <translation>{parent} 所在磁盘已满。请释放空间后重试。没有丢失任何内容。</translation>
    </message>
    <message>
      <source>The disk of {parent} is read-only. Make it writable, or choose another folder with --home. Nothing is lost.</source>
      <translation>{parent} 所在磁盘是只读的。请使其可写，或用 --home 选择其他文件夹。没有丢失任何内容。</translation>
    </message>
    <message>
      <source>The disk of {parent} reports an error. Copy the folder to another disk, and check this one.</source>
      <translation>{parent} 所在磁盘报告错误。请将文件夹复制到其他磁盘，并检查此磁盘。</translation>
    </message>
    <message>
      <source>The embedder {name} is not installed.</source>
      <translation>嵌入模型 {name} 未安装。</translation>
    </message>
    <message>
      <source>The embedder {previous} is not installed.</source>
      <translation>嵌入模型 {previous} 未安装。</translation>
    </message>
    <message>
      <source>The embedder's tokenizer cannot be read</source>
      <translation>无法读取嵌入模型的分词器</translation>
    </message>
    <message>
      <source>The engine</source>
      <translation>引擎</translation>
    </message>
    <message>
      <source>The engine's process could not be started</source>
      <translation>无法启动引擎进程</translation>
    </message>
    <message>
      <source>The fewest that an answer then reads.</source>
      <translation>回答至少阅读的段落数。</translation>
    </message>
    <message>
      <source>The file cannot be read: {strerror}.</source>
      <translation>无法读取文件：{strerror}。</translation>
    </message>
    <message>
      <source>The file has no content</source>
      <translation>文件没有内容</translation>
    </message>
    <message>
      <source>The file is damaged or was not downloaded completely. Download it again.</source>
      <translation>文件已损坏或未下载完整。请重新下载。</translation>
    </message>
    <message>
      <source>The file is empty. Download it again.</source>
      <translation>文件为空。请重新下载。</translation>
    </message>
    <message>
      <source>The file may be damaged, or too large for this machine's memory. Choose it yourself to try again.</source>
      <translation>文件可能已损坏，或对这台电脑的内存来说太大。要重试请自行选择它。</translation>
    </message>
    <message>
      <source>The file of its library. Automatic: the best that is installed.</source>
      <translation>其库文件。自动：已安装的最佳版本。</translation>
    </message>
    <message>
      <source>The file of your chats was damaged, and is repaired</source>
      <translation>对话文件已损坏，现已修复</translation>
    </message>
    <message>
      <source>The file says {values}.</source>
      <translation>文件中写的是 {values}。</translation>
    </message>
    <message>
      <source>The file says {value}.</source>
      <translation>文件中写的是 {value}。</translation>
    </message>
    <message>
      <source>The file {passphrase_files} is damaged, and so is its copy in {backups}</source>
      <translation>文件 {passphrase_files} 已损坏，{backups} 中的副本也已损坏</translation>
    </message>
    <message>
      <source>The files in {new} are still unread</source>
      <translation>{new}中的文件尚未读取</translation>
    </message>
    <message>
      <source>The filter {text} is not understood near {near}.</source>
      <translation>无法理解筛选条件 {text} 中 {near} 附近的内容。</translation>
    </message>
    <message>
      <source>The first answer was asked for again: {problem}.</source>
      <translation>已要求重新给出第一个回答：{problem}。</translation>
    </message>
    <message>
      <source>The format is not a JSON Schema</source>
      <translation>该格式不是 JSON Schema</translation>
    </message>
    <message>
      <source>The grammar for the answer is not valid</source>
      <translation>回答的语法无效</translation>
    </message>
    <message>
      <source>The hub does not offer the official {name}: {why}.</source>
      <translation>模型库没有提供官方的 {name}：{why}。</translation>
    </message>
    <message>
      <source>The hub offers revision {revision} of {name} instead of {revision2}.</source>
      <translation>模型库提供的 {name} 是版本 {revision}，而不是 {revision2}。</translation>
    </message>
    <message>
      <source>The hub's answer cannot be read.</source>
      <translation>无法读取模型库的响应。</translation>
    </message>
    <message>
      <source>The hub's listing of {name} cannot be read.</source>
      <translation>无法读取模型库中 {name} 的列表。</translation>
    </message>
    <message>
      <source>The installed llama.cpp has no {name}</source>
      <translation>已安装的 llama.cpp 没有 {name}</translation>
    </message>
    <message>
      <source>The key for {host} contains invalid characters</source>
      <translation>{host} 的密钥包含无效字符</translation>
    </message>
    <message>
      <source>The library of llama.cpp cannot be used</source>
      <translation>无法使用 llama.cpp 的库</translation>
    </message>
    <message>
      <source>The list of indexed files cannot be opened: {error}</source>
      <translation>无法打开已索引文件的列表：{error}</translation>
    </message>
    <message>
      <source>The list of indexed files cannot be written: {error}</source>
      <translation>无法写入已索引文件的列表：{error}</translation>
    </message>
    <message>
      <source>The list of indexed files was damaged, and is made anew</source>
      <translation>已索引文件的列表已损坏，正在重建</translation>
    </message>
    <message>
      <source>The list of indexed files was gone, and is made anew</source>
      <translation>已索引文件的列表丢失，正在重建</translation>
    </message>
    <message>
      <source>The memory of “{name}” is missing</source>
      <translation>缺少“{name}”的内存大小</translation>
    </message>
    <message>
      <source>The model cannot answer with these sampling settings</source>
      <translation>模型无法用这些采样设置回答</translation>
    </message>
    <message>
      <source>The model is busy</source>
      <translation>模型正忙</translation>
    </message>
    <message>
      <source>The model stopped working</source>
      <translation>模型已停止工作</translation>
    </message>
    <message>
      <source>The model {name} cannot be used: {why}.</source>
      <translation>无法使用模型 {name}：{why}。</translation>
    </message>
    <message>
      <source>The model's chat template does not accept this conversation</source>
      <translation>模型的聊天模板不接受此对话</translation>
    </message>
    <message>
      <source>The model's window is full: this answer cannot go on</source>
      <translation>模型的上下文已满：无法继续这个回答</translation>
    </message>
    <message>
      <source>The model's window is {window} full. Start a new chat, or set a larger window.</source>
      <translation>模型上下文已用 {window}。请新建对话，或增大上下文。</translation>
    </message>
    <message>
      <source>The most that passages take of a prompt.</source>
      <translation>段落在提示词中最多占用的空间。</translation>
    </message>
    <message>
      <source>The others have {others}. Take it out of `servers`, or name a model: URL#model.</source>
      <translation>其他服务器使用的是 {others}。请将其从 `servers` 中移除，或指明模型：URL#model。</translation>
    </message>
    <message>
      <source>The parser could not be started</source>
      <translation>无法启动解析器</translation>
    </message>
    <message>
      <source>The parser was closed</source>
      <translation>解析器已关闭</translation>
    </message>
    <message>
      <source>The partial download of {name} cannot be deleted</source>
      <translation>无法删除 {name} 的未完成下载</translation>
    </message>
    <message>
      <source>The passphrase is too short</source>
      <translation>密码短语太短</translation>
    </message>
    <message>
      <source>The persona does not answer questions on “{topic}”.</source>
      <translation>该角色不回答有关“{topic}”的问题。</translation>
    </message>
    <message>
      <source>The persona {id} cannot be written to {parent}.</source>
      <translation>无法将角色 {id} 写入 {parent}。</translation>
    </message>
    <message>
      <source>The persona {id} exists already.</source>
      <translation>角色 {id} 已存在。</translation>
    </message>
    <message>
      <source>The persona {name} cannot be used: {problem}.</source>
      <translation>无法使用角色 {name}：{problem}。</translation>
    </message>
    <message>
      <source>The persona {name} cannot be written to {parent}.</source>
      <translation>无法将角色 {name} 写入 {parent}。</translation>
    </message>
    <message>
      <source>The persona {name} comes with Carrel and stays.</source>
      <translation>角色 {name} 随 Carrel 提供，会保留。</translation>
    </message>
    <message>
      <source>The prompts cannot be saved to {path}</source>
      <translation>无法将提示词保存到 {path}</translation>
    </message>
    <message>
      <source>The prompts in {path} cannot be read</source>
      <translation>无法读取 {path} 中的提示词</translation>
    </message>
    <message>
      <source>The question and its sources do not fit into the model's context window</source>
      <translation>问题及其来源超出模型的上下文</translation>
    </message>
    <message>
      <source>The question is empty</source>
      <translation>问题为空</translation>
    </message>
    <message>
      <source>The question reads like orders to a model: {reasons}.</source>
      <translation>该问题像是在向模型下达指令：{reasons}。</translation>
    </message>
    <message>
      <source>The question would go to {host} unencrypted</source>
      <translation>问题将以未加密方式发往 {host}</translation>
    </message>
    <message>
      <source>The reranker {name} is not installed.</source>
      <translation>重排模型 {name} 未安装。</translation>
    </message>
    <message>
      <source>The same question gets its answer again while nothing changes. 0: never.</source>
      <translation>在没有变化时，相同的问题再次得到同一回答。0：从不。</translation>
    </message>
    <message>
      <source>The scales of nf4 too: 0.4 bits a weight less.</source>
      <translation>也量化 nf4 的缩放系数：每个权重少 0.4 位。</translation>
    </message>
    <message>
      <source>The search index cannot be written: {error}</source>
      <translation>无法写入搜索索引：{error}</translation>
    </message>
    <message>
      <source>The search index failed: {error}</source>
      <translation>搜索索引出错：{error}</translation>
    </message>
    <message>
      <source>The search index in {scheme}://{netloc} cannot be used: {why}</source>
      <translation>无法使用 {scheme}://{netloc} 中的搜索索引：{why}</translation>
    </message>
    <message>
      <source>The server sent an invalid answer</source>
      <translation>服务器返回了无效的响应</translation>
    </message>
    <message>
      <source>The server's address contains more than a host and a path</source>
      <translation>服务器地址包含主机和路径以外的内容</translation>
    </message>
    <message>
      <source>The server's address is not valid</source>
      <translation>服务器地址无效</translation>
    </message>
    <message>
      <source>The system's keyring cannot be used: {why}</source>
      <translation>无法使用系统密钥环：{why}</translation>
    </message>
    <message>
      <source>The turn before this one is no longer in the conversation</source>
      <translation>上一轮问答已不在对话中</translation>
    </message>
    <message>
      <source>The window must have at least 1 token</source>
      <translation>窗口至少要有 1 个词元</translation>
    </message>
    <message>
      <source>The window of every engine is set by context_tokens under [model].</source>
      <translation>所有引擎的上下文都由 [model] 下的 context_tokens 设置。</translation>
    </message>
    <message>
      <source>Their results, of some 160 KB each. 0: none.</source>
      <translation>其结果每个约 160 KB。0：不保留。</translation>
    </message>
    <message>
      <source>There are: {known}. They are in {path}.</source>
      <translation>现有：{known}。它们在 {path}。</translation>
    </message>
    <message>
      <source>There is no download named “{name}”.</source>
      <translation>没有名为“{name}”的下载。</translation>
    </message>
    <message>
      <source>There is no number left for {name}.</source>
      <translation>没有可供 {name} 使用的编号了。</translation>
    </message>
    <message>
      <source>There is no persona {wanted}.</source>
      <translation>没有角色 {wanted}。</translation>
    </message>
    <message>
      <source>There is no removed persona {id}.</source>
      <translation>没有已移除的角色 {id}。</translation>
    </message>
    <message>
      <source>There is no such file.</source>
      <translation>没有这个文件。</translation>
    </message>
    <message>
      <source>There is not enough space in {parent}.</source>
      <translation>{parent} 空间不足。</translation>
    </message>
    <message>
      <source>There is nothing to answer</source>
      <translation>没有可回答的内容</translation>
    </message>
    <message>
      <source>There is nothing to update to.</source>
      <translation>没有可更新的版本。</translation>
    </message>
    <message>
      <source>These folders were indexed by a newer Carrel.</source>
      <translation>这些文件夹由更新版本的 Carrel 建立索引。</translation>
    </message>
    <message>
      <source>They share its arithmetic.</source>
      <translation>它们分担运算。</translation>
    </message>
    <message>
      <source>They share the layers.</source>
      <translation>它们分担各层。</translation>
    </message>
    <message>
      <source>They take {prompt_tokens} of {context_tokens} tokens. Use fewer passages, start a new conversation, or set a larger window.</source>
      <translation>需要 {prompt_tokens} 词元，上限为 {context_tokens}。请减少段落、新建对话，或增大上下文。</translation>
    </message>
    <message>
      <source>Thinking</source>
      <translation>思考</translation>
    </message>
    <message>
      <source>This computer's memory is {system_memory} full. Unload a model, or close other programs.</source>
      <translation>这台电脑的内存已用 {system_memory}。请卸载一个模型，或关闭其他程序。</translation>
    </message>
    <message>
      <source>This conversation no longer exists</source>
      <translation>此对话已不存在</translation>
    </message>
    <message>
      <source>This file cannot be read: {reason}</source>
      <translation>无法读取此文件：{reason}</translation>
    </message>
    <message>
      <source>This folder cannot be read: {error}</source>
      <translation>无法读取此文件夹：{error}</translation>
    </message>
    <message>
      <source>This home is protected by a passphrase</source>
      <translation>此主目录受密码短语保护</translation>
    </message>
    <message>
      <source>This is a bug in Carrel. Please report it.</source>
      <translation>这是 Carrel 的程序错误，请报告。</translation>
    </message>
    <message>
      <source>This page cannot be shown as a picture</source>
      <translation>此页无法显示为图片</translation>
    </message>
    <message>
      <source>This system has no keyring that Carrel can use</source>
      <translation>此系统没有 Carrel 可用的密钥环</translation>
    </message>
    <message>
      <source>Those that do not fit on the GPU.</source>
      <translation>GPU 放不下的对话。</translation>
    </message>
    <message>
      <source>Those that their own files name.</source>
      <translation>由角色文件列出的话题。</translation>
    </message>
    <message>
      <source>Thought for {minutes} min {rest} s</source>
      <translation>思考了 {minutes} 分 {rest} 秒</translation>
    </message>
    <message>
      <source>Thought for {rest} s</source>
      <translation>思考了 {rest} 秒</translation>
    </message>
    <message>
      <source>Threads</source>
      <translation>线程</translation>
    </message>
    <message>
      <source>Time to rerank</source>
      <translation>重排时间</translation>
    </message>
    <message>
      <source>To allow it, set offline = false under [network] in the settings and unset {offline_variable}.</source>
      <translation>要允许，请在设置的 [network] 下设置 offline = false，并取消 {offline_variable}。</translation>
    </message>
    <message>
      <source>Tokens in a step</source>
      <translation>每步词元</translation>
    </message>
    <message>
      <source>Tokens of a draft</source>
      <translation>草稿的词元数</translation>
    </message>
    <message>
      <source>Tokens read at once. Automatic: the fastest, measured here.</source>
      <translation>一次读取的词元。自动：在本机测得的最快值。</translation>
    </message>
    <message>
      <source>Transformers</source>
      <translation>Transformers</translation>
    </message>
    <message>
      <source>Try again later.</source>
      <translation>请稍后重试。</translation>
    </message>
    <message>
      <source>Try again when it is done.</source>
      <translation>请在完成后重试。</translation>
    </message>
    <message>
      <source>Try again; if it fails again, check the server.</source>
      <translation>请重试；如果仍然失败，请检查服务器。</translation>
    </message>
    <message>
      <source>Type a question and try again.</source>
      <translation>请输入问题后重试。</translation>
    </message>
    <message>
      <source>Unlock it and try again, or set {variable} for this run.</source>
      <translation>请解锁后重试，或为本次运行设置 {variable}。</translation>
    </message>
    <message>
      <source>Unpack it into the folder.</source>
      <translation>请解压到文件夹中。</translation>
    </message>
    <message>
      <source>Unread files</source>
      <translation>未读文件</translation>
    </message>
    <message>
      <source>Update Carrel, or choose another --home.</source>
      <translation>请更新 Carrel，或选择其他 --home。</translation>
    </message>
    <message>
      <source>Update Carrel, or choose another folder with --home or CARREL_HOME. Nothing was changed.</source>
      <translation>请更新 Carrel，或用 --home 或 CARREL_HOME 选择其他文件夹。未做任何更改。</translation>
    </message>
    <message>
      <source>Use a GGUF model instead.</source>
      <translation>请改用 GGUF 模型。</translation>
    </message>
    <message>
      <source>Use a name such as: LLM engineer</source>
      <translation>例如：LLM engineer</translation>
    </message>
    <message>
      <source>Use https, or set plain_http = true under [remote] if the connection is protected otherwise.</source>
      <translation>请使用 https；如果连接已有其他保护，请在 [remote] 下设置 plain_http = true。</translation>
    </message>
    <message>
      <source>Use it as it is.</source>
      <translation>可直接使用。</translation>
    </message>
    <message>
      <source>Use system, en, ko, zh, or another tag.</source>
      <translation>请使用 system、en、ko、zh 或其他标签。</translation>
    </message>
    <message>
      <source>Use the newer Carrel, or choose another folder with --home.</source>
      <translation>请使用更新版本的 Carrel，或用 --home 选择其他文件夹。</translation>
    </message>
    <message>
      <source>Use three digits and a word, such as 501-gardener.</source>
      <translation>请用三位数字加一个词，如 501-gardener。</translation>
    </message>
    <message>
      <source>Use three digits, then words of a–z and 0–9 joined by hyphens, such as 410-llm-engineer.</source>
      <translation>请用三位数字，后接由连字符连接的 a–z 和 0–9 的词，如 410-llm-engineer。</translation>
    </message>
    <message>
      <source>Use {writers}.</source>
      <translation>请使用 {writers}。</translation>
    </message>
    <message>
      <source>Vector search</source>
      <translation>向量搜索</translation>
    </message>
    <message>
      <source>Verified in one step.</source>
      <translation>在一步中验证。</translation>
    </message>
    <message>
      <source>Wait a moment, then ask again.</source>
      <translation>请稍候再提问。</translation>
    </message>
    <message>
      <source>Waiting for the model</source>
      <translation>等待模型</translation>
    </message>
    <message>
      <source>Weights in RAM</source>
      <translation>内存中的权重</translation>
    </message>
    <message>
      <source>What a model can have in view at once; more needs more memory.</source>
      <translation>模型一次能看到的内容；越多越占内存。</translation>
    </message>
    <message>
      <source>What runs the model. Automatic: llama.cpp for GGUF, else vLLM on a GPU.</source>
      <translation>运行模型的程序。自动：GGUF 用 llama.cpp，其他用 GPU 上的 vLLM。</translation>
    </message>
    <message>
      <source>What the GPU has no room for.</source>
      <translation>GPU 放不下的部分。</translation>
    </message>
    <message>
      <source>What the reranker finds below it is left out.</source>
      <translation>重排模型评分低于此值的将被舍弃。</translation>
    </message>
    <message>
      <source>What was indexed of it is kept until it is back.</source>
      <translation>在它恢复之前，已索引的内容会保留。</translation>
    </message>
    <message>
      <source>Where the first passages do not answer. Auto: models of 3 billion parameters and more.</source>
      <translation>当首批段落无法回答时。自动：30 亿参数及以上的模型。</translation>
    </message>
    <message>
      <source>Who answers when you have not picked anybody.</source>
      <translation>未选择角色时由谁回答。</translation>
    </message>
    <message>
      <source>Whole documents</source>
      <translation>整篇文档</translation>
    </message>
    <message>
      <source>Without encryption</source>
      <translation>不加密</translation>
    </message>
    <message>
      <source>Word document</source>
      <translation>Word 文档</translation>
    </message>
    <message>
      <source>Work offline</source>
      <translation>离线工作</translation>
    </message>
    <message>
      <source>Workers</source>
      <translation>工作进程</translation>
    </message>
    <message>
      <source>Write a line for each: {"question": "…"}</source>
      <translation>每个问题写一行：{"question": "…"}</translation>
    </message>
    <message>
      <source>Write it as https://host:port, with no key in it.</source>
      <translation>请写成 https://host:port，不要包含密钥。</translation>
    </message>
    <message>
      <source>Write it as: difficulty = 'advanced' AND model_applicable has 'llama'</source>
      <translation>请写成：difficulty = 'advanced' AND model_applicable has 'llama'</translation>
    </message>
    <message>
      <source>Writing</source>
      <translation>写作</translation>
    </message>
    <message>
      <source>Your folders are known and are read again; your own files were not touched.{kept}</source>
      <translation>您的文件夹仍在，正在重新读取；您自己的文件没有改动。{kept}</translation>
    </message>
    <message>
      <source>Your last settings apply</source>
      <translation>您上次的设置仍然有效</translation>
    </message>
    <message>
      <source>[{name}] context_tokens has no effect</source>
      <translation>[{name}] context_tokens 不起作用</translation>
    </message>
    <message>
      <source>[{name}] must be a table</source>
      <translation>[{name}] 必须是一个表</translation>
    </message>
    <message>
      <source>`carrel embedder` says how to get one.</source>
      <translation>`carrel embedder` 会说明如何获取。</translation>
    </message>
    <message>
      <source>`carrel folders list` shows the ones that are.</source>
      <translation>`carrel folders list` 会列出已关注的文件夹。</translation>
    </message>
    <message>
      <source>`carrel models list` shows the downloads.</source>
      <translation>`carrel models list` 会列出下载。</translation>
    </message>
    <message>
      <source>`carrel models list` shows the models here and those that you can pull.</source>
      <translation>`carrel models list` 会列出已有的和可下载的模型。</translation>
    </message>
    <message>
      <source>`carrel models` lists the ones that you can use.</source>
      <translation>`carrel models` 会列出可用的。</translation>
    </message>
    <message>
      <source>`carrel status --files` says why.</source>
      <translation>`carrel status --files` 会说明原因。</translation>
    </message>
    <message>
      <source>`tools` names {unknown}, which is no tool; {advice}</source>
      <translation>`tools` 中的 {unknown} 不是工具；{advice}</translation>
    </message>
    <message>
      <source>`{key}` is missing; it must be {expected}</source>
      <translation>缺少 `{key}`；它必须是{expected}</translation>
    </message>
    <message>
      <source>`{key}` is not a known key; {advice}</source>
      <translation>`{key}` 不是已知的键；{advice}</translation>
    </message>
    <message>
      <source>`{key}` must be {expected}</source>
      <translation>`{key}` 必须是{expected}</translation>
    </message>
    <message>
      <source>a GIF image</source>
      <translation>GIF 图片</translation>
    </message>
    <message>
      <source>a JPEG image</source>
      <translation>JPEG 图片</translation>
    </message>
    <message>
      <source>a OneNote section, which is not supported</source>
      <translation>不支持的 OneNote 分区</translation>
    </message>
    <message>
      <source>a PNG image</source>
      <translation>PNG 图片</translation>
    </message>
    <message>
      <source>a PowerPoint presentation</source>
      <translation>PowerPoint 演示文稿</translation>
    </message>
    <message>
      <source>a RAR archive</source>
      <translation>RAR 压缩文件</translation>
    </message>
    <message>
      <source>a TIFF image</source>
      <translation>TIFF 图片</translation>
    </message>
    <message>
      <source>a Word document</source>
      <translation>Word 文档</translation>
    </message>
    <message>
      <source>a Word document from before 1993, which is not supported</source>
      <translation>不支持的 1993 年以前的 Word 文档</translation>
    </message>
    <message>
      <source>a Zstandard archive</source>
      <translation>Zstandard 压缩文件</translation>
    </message>
    <message>
      <source>a certificate or signature</source>
      <translation>证书或签名</translation>
    </message>
    <message>
      <source>a data file in an unsupported format</source>
      <translation>不支持的数据文件格式</translation>
    </message>
    <message>
      <source>a database: its tables are not read</source>
      <translation>数据库：不读取其中的表</translation>
    </message>
    <message>
      <source>a disk image: its contents are not read</source>
      <translation>磁盘映像：不读取其内容</translation>
    </message>
    <message>
      <source>a document of Office before 1995, which is not supported</source>
      <translation>不支持的 1995 年以前的 Office 文档</translation>
    </message>
    <message>
      <source>a drawing in an unsupported format</source>
      <translation>不支持的图纸格式</translation>
    </message>
    <message>
      <source>a filter in quotes, such as `"difficulty = 'advanced'"`</source>
      <translation>加引号的筛选条件，如 `"difficulty = 'advanced'"`</translation>
    </message>
    <message>
      <source>a gzip archive</source>
      <translation>gzip 压缩文件</translation>
    </message>
    <message>
      <source>a link that leads out of your folders</source>
      <translation>指向您文件夹之外的链接</translation>
    </message>
    <message>
      <source>a list of questions</source>
      <translation>问题列表</translation>
    </message>
    <message>
      <source>a list of strings</source>
      <translation>字符串列表</translation>
    </message>
    <message>
      <source>a list of tools, such as `[estimate_cost]`</source>
      <translation>工具列表，如 `[estimate_cost]`</translation>
    </message>
    <message>
      <source>a list of words or phrases</source>
      <translation>词或短语的列表</translation>
    </message>
    <message>
      <source>a list of words, such as `[llm, inference]`</source>
      <translation>词的列表，如 `[llm, inference]`</translation>
    </message>
    <message>
      <source>a lock file, written by Office while a document is open</source>
      <translation>文档打开时 Office 写入的锁定文件</translation>
    </message>
    <message>
      <source>a lock file, written by a package manager</source>
      <translation>包管理器写入的锁定文件</translation>
    </message>
    <message>
      <source>a new folder</source>
      <translation>新文件夹</translation>
    </message>
    <message>
      <source>a number from 0 to 2</source>
      <translation>0 到 2 之间的数字</translation>
    </message>
    <message>
      <source>a path in quotes</source>
      <translation>加引号的路径</translation>
    </message>
    <message>
      <source>a sentence to answer with</source>
      <translation>用来答复的句子</translation>
    </message>
    <message>
      <source>a shortcut: its target is not read</source>
      <translation>快捷方式：不读取其目标</translation>
    </message>
    <message>
      <source>a tar archive</source>
      <translation>tar 压缩文件</translation>
    </message>
    <message>
      <source>a temporary or backup file</source>
      <translation>临时或备份文件</translation>
    </message>
    <message>
      <source>a video: it is not transcribed</source>
      <translation>视频：不转写</translation>
    </message>
    <message>
      <source>a web page</source>
      <translation>网页</translation>
    </message>
    <message>
      <source>a whole number</source>
      <translation>整数</translation>
    </message>
    <message>
      <source>a whole number from 1 to 20</source>
      <translation>1 到 20 之间的整数</translation>
    </message>
    <message>
      <source>a whole number from 1 to 32768</source>
      <translation>1 到 32768 之间的整数</translation>
    </message>
    <message>
      <source>a zip archive</source>
      <translation>zip 压缩文件</translation>
    </message>
    <message>
      <source>about {read_tokens} tokens of {document_tokens}</source>
      <translation>约 {document_tokens} 词元中的 {read_tokens}</translation>
    </message>
    <message>
      <source>account number</source>
      <translation>账号</translation>
    </message>
    <message>
      <source>already looked for</source>
      <translation>已经查找过</translation>
    </message>
    <message>
      <source>an EPUB book</source>
      <translation>EPUB 电子书</translation>
    </message>
    <message>
      <source>an Excel binary workbook</source>
      <translation>Excel 二进制工作簿</translation>
    </message>
    <message>
      <source>an Excel workbook</source>
      <translation>Excel 工作簿</translation>
    </message>
    <message>
      <source>an MP3 recording</source>
      <translation>MP3 录音</translation>
    </message>
    <message>
      <source>an Ogg recording</source>
      <translation>Ogg 录音</translation>
    </message>
    <message>
      <source>an OpenDocument file of an unsupported kind</source>
      <translation>不支持的 OpenDocument 文件</translation>
    </message>
    <message>
      <source>an OpenDocument presentation</source>
      <translation>OpenDocument 演示文稿</translation>
    </message>
    <message>
      <source>an OpenDocument spreadsheet</source>
      <translation>OpenDocument 电子表格</translation>
    </message>
    <message>
      <source>an OpenDocument text</source>
      <translation>OpenDocument 文本</translation>
    </message>
    <message>
      <source>an Outlook data file: its messages are not read</source>
      <translation>Outlook 数据文件：不读取其中的邮件</translation>
    </message>
    <message>
      <source>an Outlook message</source>
      <translation>Outlook 邮件</translation>
    </message>
    <message>
      <source>an Outlook message whose text is in an unknown form</source>
      <translation>文本格式未知的 Outlook 邮件</translation>
    </message>
    <message>
      <source>an Outlook message with too much text</source>
      <translation>文本过多的 Outlook 邮件</translation>
    </message>
    <message>
      <source>an RTF document</source>
      <translation>RTF 文档</translation>
    </message>
    <message>
      <source>an SQLite database</source>
      <translation>SQLite 数据库</translation>
    </message>
    <message>
      <source>an XZ archive</source>
      <translation>XZ 压缩文件</translation>
    </message>
    <message>
      <source>an answer is being written</source>
      <translation>正在撰写回答</translation>
    </message>
    <message>
      <source>an archive: its contents are not read</source>
      <translation>压缩文件：不读取其内容</translation>
    </message>
    <message>
      <source>an audio file: speech is not transcribed</source>
      <translation>音频文件：不转写语音</translation>
    </message>
    <message>
      <source>an e-book in an unsupported format</source>
      <translation>不支持的电子书格式</translation>
    </message>
    <message>
      <source>an earlier answer</source>
      <translation>之前的回答</translation>
    </message>
    <message>
      <source>an earlier question</source>
      <translation>之前的问题</translation>
    </message>
    <message>
      <source>an encrypted Office document</source>
      <translation>已加密的 Office 文档</translation>
    </message>
    <message>
      <source>an iWork document, which is not supported</source>
      <translation>不支持的 iWork 文档</translation>
    </message>
    <message>
      <source>an image in an unsupported format</source>
      <translation>不支持的图片格式</translation>
    </message>
    <message>
      <source>an image of more than {max_pixels} megapixels</source>
      <translation>超过 {max_pixels} 百万像素的图片</translation>
    </message>
    <message>
      <source>an old Office document</source>
      <translation>旧版 Office 文档</translation>
    </message>
    <message>
      <source>and {most_files} more</source>
      <translation>另外 {most_files} 个</translation>
    </message>
    <message>
      <source>around [{words}]</source>
      <translation>[{words}] 附近</translation>
    </message>
    <message>
      <source>at least {limits}</source>
      <translation>至少 {limits}</translation>
    </message>
    <message>
      <source>at {json_path}: {message}</source>
      <translation>{json_path} 处：{message}</translation>
    </message>
    <message>
      <source>auto, bfloat16, float16 or float32.</source>
      <translation>auto、bfloat16、float16 或 float32。</translation>
    </message>
    <message>
      <source>auto, on or off</source>
      <translation>auto、on 或 off</translation>
    </message>
    <message>
      <source>auto, or fp8 for half the memory.</source>
      <translation>auto，或只占一半内存的 fp8。</translation>
    </message>
    <message>
      <source>bank account</source>
      <translation>银行账户</translation>
    </message>
    <message>
      <source>between {limits} and {limits2}</source>
      <translation>{limits} 到 {limits2} 之间</translation>
    </message>
    <message>
      <source>binary data, not text</source>
      <translation>二进制数据，不是文本</translation>
    </message>
    <message>
      <source>bitsandbytes is not installed</source>
      <translation>bitsandbytes 未安装</translation>
    </message>
    <message>
      <source>broke off in the middle</source>
      <translation>中途断开</translation>
    </message>
    <message>
      <source>bytes</source>
      <translation>字节</translation>
    </message>
    <message>
      <source>cannot be reached</source>
      <translation>无法连接</translation>
    </message>
    <message>
      <source>cannot be reached: {name}</source>
      <translation>无法连接：{name}</translation>
    </message>
    <message>
      <source>cannot be read</source>
      <translation>无法读取</translation>
    </message>
    <message>
      <source>cannot be read: {mode}</source>
      <translation>无法读取：{mode}</translation>
    </message>
    <message>
      <source>cannot be read: {strerror}</source>
      <translation>无法读取：{strerror}</translation>
    </message>
    <message>
      <source>cannot prove its identity</source>
      <translation>无法证明其身份</translation>
    </message>
    <message>
      <source>card number</source>
      <translation>卡号</translation>
    </message>
    <message>
      <source>characters</source>
      <translation>字符</translation>
    </message>
    <message>
      <source>chunk</source>
      <translation>片段</translation>
    </message>
    <message>
      <source>damaged Office document</source>
      <translation>已损坏的 Office 文档</translation>
    </message>
    <message>
      <source>damaged Outlook message</source>
      <translation>已损坏的 Outlook 邮件</translation>
    </message>
    <message>
      <source>damaged Outlook message: its text is cut off</source>
      <translation>已损坏的 Outlook 邮件：文本不完整</translation>
    </message>
    <message>
      <source>damaged PDF</source>
      <translation>已损坏的 PDF</translation>
    </message>
    <message>
      <source>damaged PDF: none of its pages can be opened</source>
      <translation>已损坏的 PDF：没有一页能打开</translation>
    </message>
    <message>
      <source>damaged RTF document: groups more than {max_depth} deep</source>
      <translation>已损坏的 RTF 文档：分组超过 {max_depth} 层</translation>
    </message>
    <message>
      <source>damaged XML: {msg}</source>
      <translation>已损坏的 XML：{msg}</translation>
    </message>
    <message>
      <source>damaged canvas</source>
      <translation>已损坏的画布</translation>
    </message>
    <message>
      <source>damaged image, or one of an unknown kind</source>
      <translation>图片已损坏，或类型未知</translation>
    </message>
    <message>
      <source>damaged mail: its parts are nested too deeply</source>
      <translation>已损坏的邮件：嵌套层数过多</translation>
    </message>
    <message>
      <source>damaged notebook</source>
      <translation>已损坏的笔记本</translation>
    </message>
    <message>
      <source>damaged property list</source>
      <translation>已损坏的属性列表</translation>
    </message>
    <message>
      <source>damaged {noun}</source>
      <translation>已损坏的{noun}</translation>
    </message>
    <message>
      <source>damaged {noun}: its text cannot be found</source>
      <translation>已损坏的{noun}：找不到其文本</translation>
    </message>
    <message>
      <source>damaged {noun}: open it in Excel and save it as .xlsx</source>
      <translation>已损坏的{noun}：请在 Excel 中打开并另存为 .xlsx</translation>
    </message>
    <message>
      <source>damaged {noun}: {detail}</source>
      <translation>已损坏的{noun}：{detail}</translation>
    </message>
    <message>
      <source>day</source>
      <translation>天</translation>
    </message>
    <message>
      <source>days</source>
      <translation>天</translation>
    </message>
    <message>
      <source>did not answer in time</source>
      <translation>未及时响应</translation>
    </message>
    <message>
      <source>did you mean `{nearest}`</source>
      <translation>您是指 `{nearest}` 吗</translation>
    </message>
    <message>
      <source>did you mean {near}</source>
      <translation>您是指 {near} 吗</translation>
    </message>
    <message>
      <source>does not exist</source>
      <translation>不存在</translation>
    </message>
    <message>
      <source>download of {name}</source>
      <translation>下载 {name}</translation>
    </message>
    <message>
      <source>download of {repository}</source>
      <translation>下载 {repository}</translation>
    </message>
    <message>
      <source>e-mail address</source>
      <translation>电子邮件地址</translation>
    </message>
    <message>
      <source>e-mail addresses</source>
      <translation>电子邮件地址</translation>
    </message>
    <message>
      <source>embedder</source>
      <translation>嵌入模型</translation>
    </message>
    <message>
      <source>empty file</source>
      <translation>空文件</translation>
    </message>
    <message>
      <source>encrypted Office document: it needs a password</source>
      <translation>已加密的 Office 文档：需要密码</translation>
    </message>
    <message>
      <source>encrypted PDF: it needs a password</source>
      <translation>已加密的 PDF：需要密码</translation>
    </message>
    <message>
      <source>encrypted mail: only its recipient's key opens it</source>
      <translation>已加密的邮件：只有收件人的密钥能打开</translation>
    </message>
    <message>
      <source>encrypted {noun}: it needs a password</source>
      <translation>已加密的{noun}：需要密码</translation>
    </message>
    <message>
      <source>exact, balanced, creative or fast</source>
      <translation>exact、balanced、creative 或 fast</translation>
    </message>
    <message>
      <source>failed</source>
      <translation>失败</translation>
    </message>
    <message>
      <source>file</source>
      <translation>文件</translation>
    </message>
    <message>
      <source>files named {words}</source>
      <translation>名为 {words} 的文件</translation>
    </message>
    <message>
      <source>fits</source>
      <translation>适合</translation>
    </message>
    <message>
      <source>format not supported: {ending}</source>
      <translation>不支持的格式：{ending}</translation>
    </message>
    <message>
      <source>generated code, as its first lines say</source>
      <translation>自动生成的代码，其开头几行已说明</translation>
    </message>
    <message>
      <source>generated code: it has lines of more than 10,000 characters</source>
      <translation>自动生成的代码：有超过 10,000 个字符的行</translation>
    </message>
    <message>
      <source>health number</source>
      <translation>医保号</translation>
    </message>
    <message>
      <source>hour</source>
      <translation>小时</translation>
    </message>
    <message>
      <source>hours</source>
      <translation>小时</translation>
    </message>
    <message>
      <source>identity number</source>
      <translation>身份证号</translation>
    </message>
    <message>
      <source>int8 is faster. Auto: where it ranks as float32 does.</source>
      <translation>int8 更快。自动：排序与 float32 一致时使用。</translation>
    </message>
    <message>
      <source>is a file, not a folder</source>
      <translation>是文件，不是文件夹</translation>
    </message>
    <message>
      <source>is empty</source>
      <translation>为空</translation>
    </message>
    <message>
      <source>it cannot be checked ({name})</source>
      <translation>无法检查（{name}）</translation>
    </message>
    <message>
      <source>it cannot be read ({strerror})</source>
      <translation>无法读取（{strerror}）</translation>
    </message>
    <message>
      <source>it has no prompt below its front matter</source>
      <translation>其文件头下方没有提示词</translation>
    </message>
    <message>
      <source>it has no {missing}</source>
      <translation>缺少 {missing}</translation>
    </message>
    <message>
      <source>it holds a file twice</source>
      <translation>含有重复的文件</translation>
    </message>
    <message>
      <source>it holds an unsafe name or a link, {filename}</source>
      <translation>含有不安全的名称或链接：{filename}</translation>
    </message>
    <message>
      <source>it holds more than one persona</source>
      <translation>含有不止一个角色</translation>
    </message>
    <message>
      <source>it holds more than {max_files} files</source>
      <translation>含有超过 {max_files} 个文件</translation>
    </message>
    <message>
      <source>it holds no {file_name}</source>
      <translation>不含 {file_name}</translation>
    </message>
    <message>
      <source>it holds {place} besides a persona and its {knowledge}/</source>
      <translation>除角色及其 {knowledge}/ 外还含有 {place}</translation>
    </message>
    <message>
      <source>it is cut short</source>
      <translation>文件不完整</translation>
    </message>
    <message>
      <source>it is not JSON ({error})</source>
      <translation>不是 JSON（{error}）</translation>
    </message>
    <message>
      <source>it is not UTF-8 text</source>
      <translation>不是 UTF-8 文本</translation>
    </message>
    <message>
      <source>it is not a zip archive, or a damaged one</source>
      <translation>不是 zip 文件，或已损坏</translation>
    </message>
    <message>
      <source>it is not there</source>
      <translation>文件不在那里</translation>
    </message>
    <message>
      <source>it is over {max_bytes} MB</source>
      <translation>超过 {max_bytes} MB</translation>
    </message>
    <message>
      <source>it pools neither by the mean of its tokens nor by the first</source>
      <translation>既不按词元平均也不按首个词元汇总</translation>
    </message>
    <message>
      <source>it would unpack to {unpacked_bytes} MB, more than a document needs</source>
      <translation>解压后为 {unpacked_bytes} MB，超出文档所需</translation>
    </message>
    <message>
      <source>its address was not found. Is this computer online?</source>
      <translation>找不到其地址。这台电脑联网了吗？</translation>
    </message>
    <message>
      <source>its file is gone</source>
      <translation>文件已不在</translation>
    </message>
    <message>
      <source>its first line is not `---`</source>
      <translation>其第一行不是 `---`</translation>
    </message>
    <message>
      <source>its folder {name} is not named like a persona, such as 410-llm-engineer</source>
      <translation>其文件夹 {name} 的名称不像角色，如 410-llm-engineer</translation>
    </message>
    <message>
      <source>its front matter cannot hold these values</source>
      <translation>其文件头无法容纳这些值</translation>
    </message>
    <message>
      <source>its front matter is not YAML ({error})</source>
      <translation>其文件头不是 YAML（{error}）</translation>
    </message>
    <message>
      <source>its front matter is over 4 KiB; shorten the summary, the starters or the tags</source>
      <translation>其文件头超过 4 KiB；请缩短简介、开场问题或类别</translation>
    </message>
    <message>
      <source>its front matter must be lines of `key: value`</source>
      <translation>其文件头必须是 `key: value` 形式的行</translation>
    </message>
    <message>
      <source>its header is damaged</source>
      <translation>文件头已损坏</translation>
    </message>
    <message>
      <source>just now</source>
      <translation>刚刚</translation>
    </message>
    <message>
      <source>key or password</source>
      <translation>密钥或密码</translation>
    </message>
    <message>
      <source>keys or passwords</source>
      <translation>密钥或密码</translation>
    </message>
    <message>
      <source>known keys are {keys}</source>
      <translation>已知的键有 {keys}</translation>
    </message>
    <message>
      <source>language cannot be “{language}”</source>
      <translation>language 不能是“{language}”</translation>
    </message>
    <message>
      <source>larger than {max_file_bytes} MB</source>
      <translation>大于 {max_file_bytes} MB</translation>
    </message>
    <message>
      <source>latency: one answer is soon there. throughput: many at once, for programs; each is slower.</source>
      <translation>latency：单个回答很快出现。throughput：供程序同时写多个回答，每个都较慢。</translation>
    </message>
    <message>
      <source>left out by you</source>
      <translation>由您排除</translation>
    </message>
    <message>
      <source>licence number</source>
      <translation>驾照号</translation>
    </message>
    <message>
      <source>line {line}: {problem}</source>
      <translation>第 {line} 行：{problem}</translation>
    </message>
    <message>
      <source>line {number} of {synonyms_file} is no phrase, tab and words</source>
      <translation>{synonyms_file} 第 {number} 行不是“短语、制表符、词”的形式</translation>
    </message>
    <message>
      <source>llama.cpp cannot load it: it is damaged, incomplete, too large, or of an unsupported kind.</source>
      <translation>llama.cpp 无法加载：文件已损坏、不完整、太大，或类型不受支持。</translation>
    </message>
    <message>
      <source>llama.cpp cannot write it as {quantisation}. Is the disk full?</source>
      <translation>llama.cpp 无法将其写成 {quantisation}。磁盘满了吗？</translation>
    </message>
    <message>
      <source>llama.cpp is not installed</source>
      <translation>llama.cpp 未安装</translation>
    </message>
    <message>
      <source>llama.cpp is not installed, or does not load here</source>
      <translation>llama.cpp 未安装，或无法在此加载</translation>
    </message>
    <message>
      <source>llama.cpp reported error {code}. Try again, or reopen the model.</source>
      <translation>llama.cpp 报告错误 {code}。请重试，或重新打开模型。</translation>
    </message>
    <message>
      <source>looks like {noun}: secrets are not indexed unless you ask for it</source>
      <translation>看起来像{noun}：除非您要求，否则不索引机密内容</translation>
    </message>
    <message>
      <source>many</source>
      <translation>多种语言</translation>
    </message>
    <message>
      <source>max_seq_length is {length}</source>
      <translation>max_seq_length 为 {length}</translation>
    </message>
    <message>
      <source>minified code</source>
      <translation>压缩的代码</translation>
    </message>
    <message>
      <source>minified or generated code</source>
      <translation>压缩或自动生成的代码</translation>
    </message>
    <message>
      <source>minute</source>
      <translation>分钟</translation>
    </message>
    <message>
      <source>model</source>
      <translation>模型</translation>
    </message>
    <message>
      <source>model weights</source>
      <translation>模型权重</translation>
    </message>
    <message>
      <source>more surprising words; less true to the sources</source>
      <translation>用词更出人意料；对来源的忠实度较低</translation>
    </message>
    <message>
      <source>more than a million values, or nested too deeply</source>
      <translation>超过一百万个值，或嵌套过深</translation>
    </message>
    <message>
      <source>more than {max_characters} million characters of text</source>
      <translation>文本超过 {max_characters} 百万字符</translation>
    </message>
    <message>
      <source>more than {max_frame_bytes} MB of text and structure</source>
      <translation>文本和结构超过 {max_frame_bytes} MB</translation>
    </message>
    <message>
      <source>more than {max_pages} pages</source>
      <translation>超过 {max_pages} 页</translation>
    </message>
    <message>
      <source>name</source>
      <translation>姓名</translation>
    </message>
    <message>
      <source>network card</source>
      <translation>网卡</translation>
    </message>
    <message>
      <source>nf4 takes a quarter of the memory, int8 half of it.</source>
      <translation>nf4 占四分之一内存，int8 占一半。</translation>
    </message>
    <message>
      <source>ngram repeats what was read; others need a second model.</source>
      <translation>ngram 重复已读内容；其他方式需要第二个模型。</translation>
    </message>
    <message>
      <source>no answer in {wait_seconds} s</source>
      <translation>{wait_seconds} 秒内无响应</translation>
    </message>
    <message>
      <source>no file</source>
      <translation>没有文件</translation>
    </message>
    <message>
      <source>no line `---` closes its front matter within {limit_bytes} KiB</source>
      <translation>在 {limit_bytes} KiB 内没有结束文件头的 `---` 行</translation>
    </message>
    <message>
      <source>no model is open</source>
      <translation>没有打开的模型</translation>
    </message>
    <message>
      <source>no notes in it</source>
      <translation>其中没有笔记</translation>
    </message>
    <message>
      <source>no page in it</source>
      <translation>其中没有页面</translation>
    </message>
    <message>
      <source>no permission to read it</source>
      <translation>没有读取权限</translation>
    </message>
    <message>
      <source>no room or time left</source>
      <translation>没有空间或时间了</translation>
    </message>
    <message>
      <source>no such passage</source>
      <translation>没有这个段落</translation>
    </message>
    <message>
      <source>no such tool</source>
      <translation>没有这个工具</translation>
    </message>
    <message>
      <source>no text could be recognised in it</source>
      <translation>未能识别出文字</translation>
    </message>
    <message>
      <source>no text in it</source>
      <translation>其中没有文本</translation>
    </message>
    <message>
      <source>none is chosen</source>
      <translation>尚未选择模型</translation>
    </message>
    <message>
      <source>not a calendar, despite its name</source>
      <translation>名不副实，不是日历</translation>
    </message>
    <message>
      <source>not a canvas, despite its name</source>
      <translation>名不副实，不是画布</translation>
    </message>
    <message>
      <source>not a document of Word, Excel or PowerPoint, despite its name</source>
      <translation>名不副实，不是 Word、Excel 或 PowerPoint 文档</translation>
    </message>
    <message>
      <source>not a mail, despite its name</source>
      <translation>名不副实，不是邮件</translation>
    </message>
    <message>
      <source>not a mailbox, despite its name</source>
      <translation>名不副实，不是邮箱文件</translation>
    </message>
    <message>
      <source>not a notebook, despite its name</source>
      <translation>名不副实，不是笔记本</translation>
    </message>
    <message>
      <source>not a regular file</source>
      <translation>不是普通文件</translation>
    </message>
    <message>
      <source>not a web archive, despite its name</source>
      <translation>名不副实，不是网页归档</translation>
    </message>
    <message>
      <source>not an Office document, despite its name</source>
      <translation>名不副实，不是 Office 文档</translation>
    </message>
    <message>
      <source>not an Outlook message, despite its name</source>
      <translation>名不副实，不是 Outlook 邮件</translation>
    </message>
    <message>
      <source>not an RTF document, despite its name</source>
      <translation>名不副实，不是 RTF 文档</translation>
    </message>
    <message>
      <source>not what was written</source>
      <translation>与写入的内容不符</translation>
    </message>
    <message>
      <source>not {expected}, despite its name</source>
      <translation>名不副实，不是{expected}</translation>
    </message>
    <message>
      <source>nothing new</source>
      <translation>没有新内容</translation>
    </message>
    <message>
      <source>nothing to count</source>
      <translation>没有可统计的内容</translation>
    </message>
    <message>
      <source>off, on, or a number of tokens from 1 to 32768</source>
      <translation>off、on 或 1 到 32768 之间的词元数</translation>
    </message>
    <message>
      <source>offline</source>
      <translation>离线</translation>
    </message>
    <message>
      <source>one sentence that says what it answers</source>
      <translation>说明它回答什么的一句话</translation>
    </message>
    <message>
      <source>passage {opened} ({opened2})</source>
      <translation>段落 {opened}（{opened2}）</translation>
    </message>
    <message>
      <source>passport number</source>
      <translation>护照号</translation>
    </message>
    <message>
      <source>paused</source>
      <translation>已暂停</translation>
    </message>
    <message>
      <source>phone number</source>
      <translation>电话号码</translation>
    </message>
    <message>
      <source>place</source>
      <translation>地点</translation>
    </message>
    <message>
      <source>position</source>
      <translation>位置</translation>
    </message>
    <message>
      <source>postal address</source>
      <translation>邮寄地址</translation>
    </message>
    <message>
      <source>postal addresses</source>
      <translation>邮寄地址</translation>
    </message>
    <message>
      <source>protected by DRM: only the shop's own reader can open this book</source>
      <translation>受 DRM 保护：只有书店自己的阅读器能打开</translation>
    </message>
    <message>
      <source>q8_0 takes half the memory of f16 and is a little less exact.</source>
      <translation>q8_0 只占 f16 一半的内存，精度略低。</translation>
    </message>
    <message>
      <source>ray spans several machines.</source>
      <translation>ray 可跨多台机器。</translation>
    </message>
    <message>
      <source>reranker</source>
      <translation>重排模型</translation>
    </message>
    <message>
      <source>resting: the machine runs on its battery</source>
      <translation>暂缓：电脑正在使用电池</translation>
    </message>
    <message>
      <source>servers cannot hold “{server}”</source>
      <translation>servers 中不能有“{server}”</translation>
    </message>
    <message>
      <source>servers names {url} twice</source>
      <translation>servers 中 {url} 出现了两次</translation>
    </message>
    <message>
      <source>short answers from fewer passages</source>
      <translation>用更少的段落给出简短回答</translation>
    </message>
    <message>
      <source>some variety in the words</source>
      <translation>用词略有变化</translation>
    </message>
    <message>
      <source>stopped</source>
      <translation>已停止</translation>
    </message>
    <message>
      <source>table</source>
      <translation>表</translation>
    </message>
    <message>
      <source>takes too long to answer</source>
      <translation>响应时间过长</translation>
    </message>
    <message>
      <source>tax number</source>
      <translation>税号</translation>
    </message>
    <message>
      <source>text in quotes</source>
      <translation>加引号的文本</translation>
    </message>
    <message>
      <source>text, such as `LLM engineer`</source>
      <translation>文本，如 `LLM engineer`</translation>
    </message>
    <message>
      <source>the battery is at {percent} %</source>
      <translation>电池电量为 {percent} %</translation>
    </message>
    <message>
      <source>the disk reports: {error}</source>
      <translation>磁盘报告：{error}</translation>
    </message>
    <message>
      <source>the file cannot be opened</source>
      <translation>无法打开文件</translation>
    </message>
    <message>
      <source>the file no longer exists</source>
      <translation>文件已不存在</translation>
    </message>
    <message>
      <source>the hub answered HTTP {status}</source>
      <translation>模型库返回 HTTP {status}</translation>
    </message>
    <message>
      <source>the hub does not send parts of files</source>
      <translation>模型库不发送文件的部分内容</translation>
    </message>
    <message>
      <source>the likeliest words; the same answer every time</source>
      <translation>最可能的词；每次回答相同</translation>
    </message>
    <message>
      <source>the model computes invalid numbers.</source>
      <translation>模型计算出无效的数值。</translation>
    </message>
    <message>
      <source>the parser ran out of time ({limit_seconds} s)</source>
      <translation>解析器超时（{limit_seconds} 秒）</translation>
    </message>
    <message>
      <source>the persona's prompt</source>
      <translation>角色的提示词</translation>
    </message>
    <message>
      <source>the question</source>
      <translation>问题</translation>
    </message>
    <message>
      <source>the selected model is not open</source>
      <translation>所选模型未打开</translation>
    </message>
    <message>
      <source>there are {tool_names}</source>
      <translation>现有 {tool_names}</translation>
    </message>
    <message>
      <source>thinking {error}, in quotes</source>
      <translation>thinking {error}（加引号）</translation>
    </message>
    <message>
      <source>this page is damaged</source>
      <translation>此页已损坏</translation>
    </message>
    <message>
      <source>tight</source>
      <translation>勉强</translation>
    </message>
    <message>
      <source>tokenizer.json is damaged. Download the model again.</source>
      <translation>tokenizer.json 已损坏。请重新下载模型。</translation>
    </message>
    <message>
      <source>tokenizer.json is missing. Download the model again, with all its files.</source>
      <translation>缺少 tokenizer.json。请重新下载模型及其所有文件。</translation>
    </message>
    <message>
      <source>tokens</source>
      <translation>词元</translation>
    </message>
    <message>
      <source>too large</source>
      <translation>太大</translation>
    </message>
    <message>
      <source>took too long</source>
      <translation>耗时过长</translation>
    </message>
    <message>
      <source>transformers cannot load it: {reason}</source>
      <translation>transformers 无法加载：{reason}</translation>
    </message>
    <message>
      <source>transformers is not installed</source>
      <translation>transformers 未安装</translation>
    </message>
    <message>
      <source>true or false</source>
      <translation>true 或 false</translation>
    </message>
    <message>
      <source>under 1%</source>
      <translation>不到 1%</translation>
    </message>
    <message>
      <source>unknown setting “{key}”</source>
      <translation>未知设置“{key}”</translation>
    </message>
    <message>
      <source>unknown setting “{key}” under [{table}]</source>
      <translation>[{table}] 下有未知设置“{key}”</translation>
    </message>
    <message>
      <source>unknown table [{key}]</source>
      <translation>未知的表 [{key}]</translation>
    </message>
    <message>
      <source>vLLM cannot load it: {first}</source>
      <translation>vLLM 无法加载：{first}</translation>
    </message>
    <message>
      <source>vLLM does not support this grammar.</source>
      <translation>vLLM 不支持此语法。</translation>
    </message>
    <message>
      <source>vLLM is not installed</source>
      <translation>vLLM 未安装</translation>
    </message>
    <message>
      <source>vLLM runs on Linux only</source>
      <translation>vLLM 只能在 Linux 上运行</translation>
    </message>
    <message>
      <source>vLLM's memory ran out: {first} Set under [vllm], one after the other: gpu_memory_utilization 0.85, max_num_seqs 8, max_num_batched_tokens 1024; under [model] a smaller context_tokens; or quantization.</source>
      <translation>vLLM 内存不足：{first} 请在 [vllm] 下依次设置：gpu_memory_utilization 0.85、max_num_seqs 8、max_num_batched_tokens 1024；在 [model] 下使用更小的 context_tokens；或使用 quantization。</translation>
    </message>
    <message>
      <source>wallet address</source>
      <translation>钱包地址</translation>
    </message>
    <message>
      <source>wallet addresses</source>
      <translation>钱包地址</translation>
    </message>
    <message>
      <source>written by a newer version</source>
      <translation>由更新的版本写入</translation>
    </message>
    <message>
      <source>wrong arguments</source>
      <translation>参数错误</translation>
    </message>
    <message>
      <source>{blocked} must not leave this machine</source>
      <translation>{blocked} 不得离开这台电脑</translation>
    </message>
    <message>
      <source>{count} {name} ago</source>
      <translation>{count} {name}前</translation>
    </message>
    <message>
      <source>{count} {name}s ago</source>
      <translation>{count} {name}前</translation>
    </message>
    <message>
      <source>{documents} file</source>
      <translation>{documents} 个文件</translation>
    </message>
    <message>
      <source>{documents} files</source>
      <translation>{documents} 个文件</translation>
    </message>
    <message>
      <source>{engine} does not support a limit on how long a model thinks</source>
      <translation>{engine} 不支持限制模型的思考时长</translation>
    </message>
    <message>
      <source>{engine} does not support grammars for answers</source>
      <translation>{engine} 不支持回答的语法约束</translation>
    </message>
    <message>
      <source>{engine} says: {reason} Try again, or reopen the model.</source>
      <translation>{engine} 的消息：{reason} 请重试，或重新打开模型。</translation>
    </message>
    <message>
      <source>{engine} stopped unexpectedly</source>
      <translation>{engine} 意外停止</translation>
    </message>
    <message>
      <source>{engine} stopped while opening it: the file is damaged, or too large for the free memory. Download it again, close other programs, or choose another model.</source>
      <translation>打开时 {engine} 停止了：文件已损坏，或对可用内存来说太大。请重新下载、关闭其他程序，或选择其他模型。</translation>
    </message>
    <message>
      <source>{error}. Choose another folder with --home or CARREL_HOME.</source>
      <translation>{error}。请用 --home 或 CARREL_HOME 选择其他文件夹。</translation>
    </message>
    <message>
      <source>{error}. No connection is opened without a line in the log.</source>
      <translation>{error}。没有日志记录就不会打开任何连接。</translation>
    </message>
    <message>
      <source>{facts} count</source>
      <translation>{facts} 项统计</translation>
    </message>
    <message>
      <source>{facts} counts</source>
      <translation>{facts} 项统计</translation>
    </message>
    <message>
      <source>{files} of {of_files} file {verb} still unread</source>
      <translation>{of_files} 个文件中还有 {files} 个未读</translation>
    </message>
    <message>
      <source>{files} of {of_files} files {verb} still unread</source>
      <translation>{of_files} 个文件中还有 {files} 个未读</translation>
    </message>
    <message>
      <source>{file} cannot be written: {error}</source>
      <translation>无法写入 {file}：{error}</translation>
    </message>
    <message>
      <source>{fitted} passage</source>
      <translation>{fitted} 个段落</translation>
    </message>
    <message>
      <source>{fitted} passages</source>
      <translation>{fitted} 个段落</translation>
    </message>
    <message>
      <source>{folders} new folders</source>
      <translation>{folders} 个新文件夹</translation>
    </message>
    <message>
      <source>{folder} cannot be read: {strerror}</source>
      <translation>无法读取 {folder}：{strerror}</translation>
    </message>
    <message>
      <source>{folder} has a name that is not text.</source>
      <translation>{folder} 的名称不是文本。</translation>
    </message>
    <message>
      <source>{folder} is not watched.</source>
      <translation>{folder} 未被关注。</translation>
    </message>
    <message>
      <source>{host} does not accept the key</source>
      <translation>{host} 不接受该密钥</translation>
    </message>
    <message>
      <source>{host} does not accept the question ({status})</source>
      <translation>{host} 不接受该问题（{status}）</translation>
    </message>
    <message>
      <source>{host} does not have that model, or no chat</source>
      <translation>{host} 没有该模型，或不支持对话</translation>
    </message>
    <message>
      <source>{host} does not have the model {wanted}</source>
      <translation>{host} 没有模型 {wanted}</translation>
    </message>
    <message>
      <source>{host} failed ({status})</source>
      <translation>{host} 出错（{status}）</translation>
    </message>
    <message>
      <source>{host} failed in the middle of the answer</source>
      <translation>{host} 在回答中途出错</translation>
    </message>
    <message>
      <source>{host} has no model</source>
      <translation>{host} 没有模型</translation>
    </message>
    <message>
      <source>{host} has too many requests</source>
      <translation>{host} 的请求过多</translation>
    </message>
    <message>
      <source>{host} redirects the question</source>
      <translation>{host} 重定向了问题</translation>
    </message>
    <message>
      <source>{host} sent an answer that Carrel does not understand</source>
      <translation>{host} 返回了 Carrel 无法理解的响应</translation>
    </message>
    <message>
      <source>{host} sent an invalid answer</source>
      <translation>{host} 返回了无效的响应</translation>
    </message>
    <message>
      <source>{id} is not a valid persona id.</source>
      <translation>{id} 不是有效的角色 ID。</translation>
    </message>
    <message>
      <source>{index} is damaged. Download the model again.</source>
      <translation>{index} 已损坏。请重新下载模型。</translation>
    </message>
    <message>
      <source>{index} names files outside the folder. It is damaged, or not to be trusted.</source>
      <translation>{index} 指向文件夹之外的文件。它已损坏，或不可信任。</translation>
    </message>
    <message>
      <source>{location} is the index of another home</source>
      <translation>{location} 是另一个主目录的索引</translation>
    </message>
    <message>
      <source>{missing_keys} of its weights are missing. Download the model again.</source>
      <translation>缺少 {missing_keys} 个权重。请重新下载模型。</translation>
    </message>
    <message>
      <source>{missing} of its {count} parts are missing, first {missing2}.</source>
      <translation>{count} 个分卷中缺少 {missing} 个，首个为 {missing2}。</translation>
    </message>
    <message>
      <source>{missing} of its {names} parts are missing, first {missing2}.</source>
      <translation>{names} 个分卷中缺少 {missing} 个，首个为 {missing2}。</translation>
    </message>
    <message>
      <source>{model}: the biggest open model, for a complex question</source>
      <translation>{model}：问题复杂，使用已打开的最大模型</translation>
    </message>
    <message>
      <source>{model}: the selected model</source>
      <translation>{model}：所选模型</translation>
    </message>
    <message>
      <source>{model}: the selected model; {personal} masked</source>
      <translation>{model}：所选模型；已遮盖 {personal}</translation>
    </message>
    <message>
      <source>{model}: the smallest open model</source>
      <translation>{model}：已打开的最小模型</translation>
    </message>
    <message>
      <source>{model}: the smallest open model, for a simple question</source>
      <translation>{model}：问题简单，使用已打开的最小模型</translation>
    </message>
    <message>
      <source>{name} cannot be imported: {problem}.</source>
      <translation>无法导入 {name}：{problem}。</translation>
    </message>
    <message>
      <source>{name} cannot be read</source>
      <translation>无法读取 {name}</translation>
    </message>
    <message>
      <source>{name} cannot be read: {strerror}.</source>
      <translation>无法读取 {name}：{strerror}。</translation>
    </message>
    <message>
      <source>{name} cannot be read: {why}.</source>
      <translation>无法读取 {name}：{why}。</translation>
    </message>
    <message>
      <source>{name} cannot be removed</source>
      <translation>无法移除 {name}</translation>
    </message>
    <message>
      <source>{name} could not be written</source>
      <translation>无法写入 {name}</translation>
    </message>
    <message>
      <source>{name} does not match the stated checksum.</source>
      <translation>{name} 与给出的校验和不符。</translation>
    </message>
    <message>
      <source>{name} has another model: {served_model}</source>
      <translation>{name} 使用的是另一个模型：{served_model}</translation>
    </message>
    <message>
      <source>{name} holds no prompts</source>
      <translation>{name} 中没有提示词</translation>
    </message>
    <message>
      <source>{name} holds no question</source>
      <translation>{name} 中没有问题</translation>
    </message>
    <message>
      <source>{name} is damaged. Download the model again.</source>
      <translation>{name} 已损坏。请重新下载模型。</translation>
    </message>
    <message>
      <source>{name} is empty</source>
      <translation>{name} 为空</translation>
    </message>
    <message>
      <source>{name} is larger than that of any known model. It is damaged.</source>
      <translation>{name} 比任何已知模型都大。它已损坏。</translation>
    </message>
    <message>
      <source>{name} is longer than stated.</source>
      <translation>{name} 比给出的大小更长。</translation>
    </message>
    <message>
      <source>{name} is missing. Download the model again, with all its files.</source>
      <translation>缺少 {name}。请重新下载模型及其所有文件。</translation>
    </message>
    <message>
      <source>{name} is no batch of questions</source>
      <translation>{name} 不是一批问题</translation>
    </message>
    <message>
      <source>{name} is no longer in memory</source>
      <translation>{name} 已不在内存中</translation>
    </message>
    <message>
      <source>{name} is no table</source>
      <translation>{name} 不是表</translation>
    </message>
    <message>
      <source>{name} is not a chat model</source>
      <translation>{name} 不是聊天模型</translation>
    </message>
    <message>
      <source>{name} is not in {models}</source>
      <translation>{name} 不在 {models} 中</translation>
    </message>
    <message>
      <source>{name} is not on this machine yet</source>
      <translation>{name} 尚未下载到这台电脑</translation>
    </message>
    <message>
      <source>{name} is too big for a file of prompts</source>
      <translation>{name} 太大，不像提示词文件</translation>
    </message>
    <message>
      <source>{name} must be {asked}</source>
      <translation>{name} 必须是{asked}</translation>
    </message>
    <message>
      <source>{name} was not opened: the last time, Carrel or its engine ended while opening it</source>
      <translation>未打开 {name}：上次打开它时，Carrel 或其引擎意外退出</translation>
    </message>
    <message>
      <source>{name} writes with a model, and {chosen}</source>
      <translation>{name} 需要模型来写回答，但{chosen}</translation>
    </message>
    <message>
      <source>{name}, line {line}: {title}</source>
      <translation>{name} 第 {line} 行：{title}</translation>
    </message>
    <message>
      <source>{name}. Details are in the log.</source>
      <translation>{name}。详情见日志。</translation>
    </message>
    <message>
      <source>{name}: [{table}] must be a table</source>
      <translation>{name}：[{table}] 必须是一个表</translation>
    </message>
    <message>
      <source>{near}” under “[{place}]</source>
      <translation>{near}”（在“[{place}]</translation>
    </message>
    <message>
      <source>{noun} with cells too far apart: open it in Excel and save it as .xlsx</source>
      <translation>单元格相距过远的{noun}：请在 Excel 中打开并另存为 .xlsx</translation>
    </message>
    <message>
      <source>{noun}, although its name ends in {suffix}</source>
      <translation>是{noun}，但名称以 {suffix} 结尾</translation>
    </message>
    <message>
      <source>{noun}: it needs text recognition</source>
      <translation>{noun}：需要文字识别</translation>
    </message>
    <message>
      <source>{noun}: reading it needs text recognition, which `make ocr` installs</source>
      <translation>{noun}：读取它需要文字识别，可用 `make ocr` 安装</translation>
    </message>
    <message>
      <source>{ordering} {give} orders to a model: {says}.</source>
      <translation>{ordering} 在向模型下达指令：{says}。</translation>
    </message>
    <message>
      <source>{out} cannot be written</source>
      <translation>无法写入 {out}</translation>
    </message>
    <message>
      <source>{out} holds answers of another batch</source>
      <translation>{out} 中是另一批问题的答案</translation>
    </message>
    <message>
      <source>{paths} file</source>
      <translation>{paths} 个文件</translation>
    </message>
    <message>
      <source>{paths} files</source>
      <translation>{paths} 个文件</translation>
    </message>
    <message>
      <source>{path} cannot be converted: {error}</source>
      <translation>无法转换 {path}：{error}</translation>
    </message>
    <message>
      <source>{path} cannot be opened as a model</source>
      <translation>无法将 {path} 作为模型打开</translation>
    </message>
    <message>
      <source>{path} cannot be read</source>
      <translation>无法读取 {path}</translation>
    </message>
    <message>
      <source>{path} cannot be read: {strerror}</source>
      <translation>无法读取 {path}：{strerror}</translation>
    </message>
    <message>
      <source>{path} is not indexed.</source>
      <translation>{path} 尚未索引。</translation>
    </message>
    <message>
      <source>{path} is not the official {name}.</source>
      <translation>{path} 不是官方的 {name}。</translation>
    </message>
    <message>
      <source>{path} was written by a newer Carrel</source>
      <translation>{path} 是由更新版本的 Carrel 写入的</translation>
    </message>
    <message>
      <source>{read_tokens} tokens of {document_tokens}</source>
      <translation>{document_tokens} 词元中的 {read_tokens}</translation>
    </message>
    <message>
      <source>{reason}. {applies}, and Carrel stays offline until you correct the file or switch Offline off.</source>
      <translation>{reason}。{applies}；在您更正文件或关闭“离线”之前，Carrel 将保持离线。</translation>
    </message>
    <message>
      <source>{repository} has no model in GGUF or safetensors</source>
      <translation>{repository} 没有 GGUF 或 safetensors 格式的模型</translation>
    </message>
    <message>
      <source>{repository} has no {wanted}</source>
      <translation>{repository} 没有 {wanted}</translation>
    </message>
    <message>
      <source>{says} when you asked. This answer may miss something.</source>
      <translation>您提问时，{says}。此回答可能有遗漏。</translation>
    </message>
    <message>
      <source>{sections} of {of_sections} sections, {share} of its text</source>
      <translation>{of_sections} 个部分中的 {sections} 个，占全文 {share}</translation>
    </message>
    <message>
      <source>{strerror}. Choose another file with --out.</source>
      <translation>{strerror}。请用 --out 选择另一个文件。</translation>
    </message>
    <message>
      <source>{synonyms_file} cannot be read ({strerror})</source>
      <translation>无法读取 {synonyms_file}（{strerror}）</translation>
    </message>
    <message>
      <source>{synonyms_file} is longer than {max_bytes} KiB</source>
      <translation>{synonyms_file} 超过 {max_bytes} KiB</translation>
    </message>
    <message>
      <source>{synonyms_file} is not UTF-8 text</source>
      <translation>{synonyms_file} 不是 UTF-8 文本</translation>
    </message>
    <message>
      <source>{value} is damaged or was not downloaded completely. Download it again.</source>
      <translation>{value} 已损坏或未下载完整。请重新下载。</translation>
    </message>
    <message>
      <source>{verify_message}. Is it the right server? Its certificate must be one you trust.</source>
      <translation>{verify_message}。服务器是否正确？其证书必须是您信任的。</translation>
    </message>
    <message>
      <source>{waiting} questions are already waiting for it. Try again in a moment.</source>
      <translation>已有 {waiting} 个问题在等待。请稍后重试。</translation>
    </message>
    <message>
      <source>{wanted} is the number or name of {matching} personas.</source>
      <translation>{wanted} 是 {matching} 个角色的编号或名称。</translation>
    </message>
    <message>
      <source>{weights} has SHA-256 {checksum}, not {sha256}</source>
      <translation>{weights} 的 SHA-256 是 {checksum}，而不是 {sha256}</translation>
    </message>
    <message>
      <source>{where} cannot be “{value}”</source>
      <translation>{where} 不能是“{value}”</translation>
    </message>
    <message>
      <source>{where} is in the folder of an unknown user</source>
      <translation>{where} 位于未知用户的文件夹中</translation>
    </message>
    <message>
      <source>{where} must be {expected}</source>
      <translation>{where} 必须是{expected}</translation>
    </message>
    <message>
      <source>{wrong} of {judged} sentence {verb} not in the sources</source>
      <translation>{judged} 个句子中有 {wrong} 个不在来源中</translation>
    </message>
    <message>
      <source>{wrong} of {judged} sentences {verb} not in the sources</source>
      <translation>{judged} 个句子中有 {wrong} 个不在来源中</translation>
    </message>
  </context>
</TS>
